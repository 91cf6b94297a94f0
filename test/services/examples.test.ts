import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startBroker } from '../support/broker.ts';
import { freePort } from '../support/free-port.ts';
import type { Ended } from '../support/qbl.ts';
import { connectionError, EXAMPLES, runExample, runScript, verifications } from '../support/script.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { describeWith } from './describe-with.ts';
import { startElasticmq } from './elasticmq.ts';
import { startRabbitmq } from './rabbitmq.ts';

/** Maven downloads Spring Boot at first, perhaps over a slow line. */
const BUILD_DEADLINE_MS = 600_000;
/** The examples send 20 threads x 25 loops. */
const PASS = { verdict: 'pass', acked: 500, received: 500 };

describeWith(['rabbitmq-server'], 'the example for RabbitMQ', () => {
  test('passes, with a receipt for each message', async () => {
    const rabbitmq = await startRabbitmq();
    onTestFinished(() => rabbitmq.stop());
    const folder = await tempFolder();
    expectSuccess(await runExample('rabbitmq', folder, { QUEUE: rabbitmq.url('orders') }));
    expect(await verifications(folder)).toMatchObject([{ ...PASS, service: { processed: 500 } }]);
  });
});

describeWith(['java', 'mvn'], 'the example for SQS', () => {
  test('passes by receipts, and by taking the messages out', async () => {
    const sqs = await startElasticmq();
    onTestFinished(() => sqs.stop());
    const folder = await tempFolder();
    expectSuccess(await runExample('sqs', folder, { QUEUE: sqs.url('orders') }));
    expect(await verifications(folder)).toMatchObject([
      { ...PASS, reading: 'receipts' },
      { ...PASS, reading: 'consumed' },
    ]);
  });
});

describeWith(['java', 'mvn'], 'the example for Spring Boot', () => {
  test(
    'builds the app, passes, and stops the app',
    async () => {
      const folder = await tempFolder();
      // A copy, so that the build writes nothing into the project.
      await cp(join(EXAMPLES, 'spring-boot'), join(folder, 'example'), {
        recursive: true,
        filter: (path) => !path.endsWith('target'),
      });
      const QUEUE = `kafka://${(await startBroker(folder)).address}/orders`;
      const PORT = String(await freePort());
      expectSuccess(await runScript(['sh', 'example/run.sh'], folder, { QUEUE, PORT }));
      expect(await verifications(folder)).toMatchObject([PASS]);
      expect(await connectionError(PORT)).toBe('ECONNREFUSED');
    },
    BUILD_DEADLINE_MS,
  );
});

function expectSuccess({ code, stderr }: Ended): void {
  expect(code, stderr).toBe(0);
}
