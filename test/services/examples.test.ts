import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startBroker } from '../support/broker.ts';
import { freePort } from '../support/free-port.ts';
import type { Ended } from '../support/qbl.ts';
import { connectionError, EXAMPLES, passes, runExample, runScript } from '../support/script.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { describeWith } from './describe-with.ts';
import { startElasticmq } from './elasticmq.ts';
import { startRabbitmq } from './rabbitmq.ts';

describeWith(['rabbitmq-server'], 'the example for RabbitMQ', () => {
  test('passes, with a receipt for each message', async () => {
    const rabbitmq = await startRabbitmq();
    onTestFinished(() => rabbitmq.stop());
    const ended = await runExample('rabbitmq', await tempFolder(), { QUEUE: rabbitmq.url('orders') });
    expectPasses(ended, 1);
    expect(ended.stdout).toContain('processed 500 ');
  });
});

describeWith(['java', 'mvn'], 'the example for SQS', () => {
  test('passes by receipts, and by taking the messages out', async () => {
    const sqs = await startElasticmq();
    onTestFinished(() => sqs.stop());
    const ended = await runExample('sqs', await tempFolder(), { QUEUE: sqs.url('orders') });
    expectPasses(ended, 2);
    expect(ended.stdout).toContain('500 receipts of a service');
    expect(ended.stdout).toContain('500 deliveries out of the queue');
  });
});

describeWith(['java', 'mvn'], 'the example for Spring Boot', () => {
  test('builds the app, passes, and stops the app', async () => {
    const folder = await tempFolder();
    // A copy, so that the build writes nothing into the project.
    await cp(join(EXAMPLES, 'spring-boot'), join(folder, 'example'), {
      recursive: true,
      filter: (path) => !path.endsWith('target'),
    });
    const QUEUE = `kafka://${(await startBroker(folder)).address}/orders`;
    const PORT = String(await freePort());
    const ended = await runScript(['sh', 'example/run.sh'], folder, { QUEUE, PORT });
    expectPasses(ended, 1);
    expect(await connectionError(PORT)).toBe('ECONNREFUSED');
  });
});

function expectPasses(ended: Ended, runs: number): void {
  expect(ended.code, ended.stderr).toBe(0);
  expect(passes(ended)).toBe(runs);
}
