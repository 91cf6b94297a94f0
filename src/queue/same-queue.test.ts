import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openQueue } from './open.ts';
import { isSameQueue } from './same-queue.ts';

async function areSame(a: string, b: string): Promise<boolean> {
  const env = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' };
  const [one, other] = [
    await openQueue(a, { configFile: null, env }),
    await openQueue(b, { configFile: null, env }),
  ];
  return isSameQueue(one, other);
}

test.each([
  ['amqp://localhost/orders', 'amqp://127.0.0.1:5672/orders', true],
  ['amqp://localhost/orders', 'amqp://[::1]/%2F/orders?exchange=dead&type=classic', true],
  ['amqp://localhost/orders', 'amqp://127.0.0.1:5673/orders', false],
  ['amqp://localhost/orders', 'amqp://127.0.0.1/other/orders', false],
  ['amqp://localhost/orders', 'amqp://127.0.0.1/orders.dead-letter?exchange=orders', false],
  ['amqp://localhost/orders', 'amqp://no-such-host.invalid/orders', false],
])('compares %s with %s', async (a, b, same) => {
  expect(await areSame(a, b)).toBe(same);
});

test('knows a queue of an SQS emulator under the names of the emulator', async () => {
  const { port } = await emulator();
  expect(await areSame(`sqs://localhost:${port}/orders`, `sqs://127.0.0.1:${port}/orders`)).toBe(true);
  expect(await areSame(`sqs://localhost:${port}/orders`, `sqs://127.0.0.1:${port}/dead`)).toBe(false);
  const { port: another } = await emulator();
  expect(await areSame(`sqs://localhost:${port}/orders`, `sqs://localhost:${another}/orders`)).toBe(false);
});

/** Starts a server that answers like an emulator. The ARNs of all its queues name the same account. */
async function emulator(): Promise<AddressInfo> {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { QueueName, QueueUrl } = JSON.parse(text);
    const name = QueueName ?? QueueUrl.split('/').at(-1);
    const counts = ['', 'NotVisible', 'Delayed'].map((kind) => [`ApproximateNumberOfMessages${kind}`, '0']);
    const Attributes = {
      ...Object.fromEntries(counts),
      QueueArn: `arn:aws:sqs:elasticmq:000000000000:${name}`,
    };
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end(
      JSON.stringify(
        QueueName === undefined ? { Attributes } : { QueueUrl: `http://${request.headers.host}/q/${name}` },
      ),
    );
  });
  await new Promise<void>((listening) => server.listen(0, listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return server.address() as AddressInfo;
}
