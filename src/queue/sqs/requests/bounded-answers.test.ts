import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { expect, onTestFinished, test } from 'vitest';
import { boundAnswers } from './bounded-answers.ts';
import { createClient } from './client.ts';

/** A client of a server that answers every request with `answer`. */
async function clientOf(answer: (response: ServerResponse) => void) {
  const server = createServer((_request, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const address = { system: 'sqs', host: '127.0.0.1', port, region: null, account: null } as const;
  const client = createClient({ ...address, queue: 'q', fifo: false }, {}, 1);
  onTestFinished(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });
  return client;
}

const ANSWER = JSON.stringify({ QueueUrl: `http://host/${'q'.repeat(200_000)}` });
const command = new GetQueueUrlCommand({ QueueName: 'q' });

test('an answer within the size limit is read completely', async () => {
  const client = await clientOf((response) => response.end(ANSWER));
  boundAnswers(client, ANSWER.length);
  expect(await client.send(command)).toMatchObject(JSON.parse(ANSWER));
});

test('an answer above the size limit fails the request', async () => {
  const client = await clientOf((response) => response.end(ANSWER));
  boundAnswers(client, ANSWER.length - 1);
  await expect(client.send(command)).rejects.toThrow(
    `more than ${ANSWER.length - 1} bytes; check that it is SQS`,
  );
});

test('every client fails a request if the answer never ends', async () => {
  const client = await clientOf((response) => {
    const write = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 0x20)));
    };
    response.on('drain', write);
    write();
  });
  await expect(client.send(command)).rejects.toThrow('check that it is SQS');
});
