import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import type { Ended } from '../support/qbl.ts';
import { connectionError, EXAMPLES, runExample, runScript, verifications } from '../support/script.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { benthos } from './benthos.ts';
import { describeWith } from './describe-with.ts';
import { startElasticmq } from './elasticmq.ts';
import { copySources } from './endpoints/example-build.ts';
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
  test('passes by receipts alone, and by reading the queue, which removes its messages', async () => {
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
  test('passes, and stops what it started', () => expectEndpointPasses('spring-boot'), BUILD_DEADLINE_MS);

  test(
    'reports the lost orders if the app has the losing line of its README',
    async () => {
      const folder = await copyOf('spring-boot');
      const [, losing = ''] =
        /```java\n(.*)\n```/.exec(await readFile(join(EXAMPLES, 'spring-boot/README.md'), 'utf8')) ?? [];
      const events = join(
        folder,
        'examples/spring-boot/app/src/main/java/example/orders/KafkaOrderEvents.java',
      );
      const honest = await readFile(events, 'utf8');
      await writeFile(events, honest.replace(/publish\(.*\{\n/, `$&${losing}\n`));
      const { code, stderr } = await runCopy('spring-boot', folder, await ports());
      expect(code, stderr).toBe(1);
      const [record] = await verifications(folder);
      expect(record).toMatchObject({
        verdict: 'fail',
        acked: 500,
        received: 480,
        lost: 20,
        corrupt: 0,
        duplicated: 0,
      });
      expect(record?.offenders.lost.map(({ identity }) => identity?.loop)).toEqual(Array(20).fill(13));
    },
    BUILD_DEADLINE_MS,
  );
});

describeWith(['python3'], 'the example for FastAPI', () => {
  test('passes, and stops what it started', () => expectEndpointPasses('fastapi'), BUILD_DEADLINE_MS);
});

describeWith(['go'], 'the example for Go', () => {
  test('passes, and stops what it started', () => expectEndpointPasses('go'), BUILD_DEADLINE_MS);
});

describeWith(['go'], 'the example for Bento', () => {
  test(
    'passes with Benthos, and stops what it started',
    async () => expectEndpointPasses('bento', { BENTO: await benthos() }),
    BUILD_DEADLINE_MS,
  );
});

async function expectEndpointPasses(name: string, env: NodeJS.ProcessEnv = {}): Promise<void> {
  const folder = await copyOf(name);
  const free = await ports();
  expectSuccess(await runCopy(name, folder, { ...free, ...env }));
  expect(await verifications(folder)).toMatchObject([{ ...PASS, corrupt: 0, foreign: 0, notProven: [] }]);
  for (const port of Object.values(free)) expect(await connectionError(port)).toBe('ECONNREFUSED');
}

/** Copies the example into a new folder, so that its build writes nothing into the project. */
async function copyOf(name: string): Promise<string> {
  const folder = await tempFolder();
  await cp(join(EXAMPLES, 'endpoint.sh'), join(folder, 'examples', 'endpoint.sh'));
  await copySources(join(EXAMPLES, name), join(folder, 'examples', name));
  return folder;
}

function runCopy(name: string, folder: string, env: NodeJS.ProcessEnv): Promise<Ended> {
  return runScript(['sh', `examples/${name}/run.sh`], folder, env);
}

async function ports() {
  return { PORT: String(await freePort()), BROKER_PORT: String(await freePort()) };
}

function expectSuccess({ code, stderr }: Ended): void {
  expect(code, stderr).toBe(0);
}
