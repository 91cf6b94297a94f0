import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { childrenOf } from '../support/processes.ts';
import { startQbl } from '../support/qbl.ts';
import { runFile } from '../support/run-files.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { describeWith } from './describe-with.ts';
import { type RunningElasticmq, startElasticmq } from './elasticmq.ts';
import { type RunningRabbitmq, startRabbitmq } from './rabbitmq.ts';
import { newName } from './rabbitmq-bed.ts';

const DEADLINE_MS = 120_000;
const SECRET = 'hunter2-and-nobody-else';
const CHILDREN = 3;

interface Found {
  readonly files: string[];
  readonly commandLines: string[];
  readonly output: string;
}

/** Everything that a run with a service wrote and printed, and the command lines of its processes while it ran. */
async function everythingOf(
  queue: string,
  env: NodeJS.ProcessEnv,
  options: readonly string[],
): Promise<Found> {
  const folder = await tempFolder();
  const load = [
    '--threads',
    '2',
    '--duration',
    '2s',
    '--rate',
    '50',
    '--rate-tolerance',
    '100%',
    '--service-rate',
    '100',
  ];
  const args = ['run', '--run', 'mine', '--queue', queue, ...load, '--json', ...options];
  const run = startQbl(args, { folder, env, deadlineMs: DEADLINE_MS });
  await until('a run that sends', () => readFile(runFile(folder, 'mine', 'samples.jtl')).catch(() => null));
  const pids = [run.pid, ...(await childrenOf(run.pid))];
  expect(pids.length).toBeGreaterThan(CHILDREN);
  const commandLines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  const { code, stdout, stderr } = await run.ended;
  expect(code, stderr).toBe(0);
  return { files: await textsIn(folder), commandLines, output: stdout + stderr };
}

async function textsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1')));
}

/** The name of the queue is not secret. The search works if it finds this name. */
function expectNoSecret({ files, commandLines, output }: Found, name: string): void {
  for (const texts of [files, commandLines, [output]]) {
    expect(texts.filter((text) => text.includes(name))).not.toEqual([]);
    expect(texts.filter((text) => text.includes(SECRET))).toEqual([]);
  }
}

describeWith(['rabbitmq-server'], "RabbitMQ's password is in no file, output or command line", () => {
  let rabbitmq: RunningRabbitmq;
  beforeAll(async () => {
    rabbitmq = await startRabbitmq();
    await rabbitmq.ctl('add_user', 'alice', SECRET);
    await rabbitmq.ctl('set_permissions', 'alice', '.*', '.*', '.*');
  });
  afterAll(() => rabbitmq?.stop());

  test('a password from the environment stays secret', async () => {
    const name = newName();
    const env = { QBL_AMQP_USERNAME: 'alice', QBL_AMQP_PASSWORD: SECRET };
    expectNoSecret(await everythingOf(rabbitmq.url(name), env, []), name);
  });

  test('a password from a file stays secret', async () => {
    const name = newName();
    const file = join(await tempFolder(), 'queue.properties');
    await writeFile(file, `username=alice\npassword=${SECRET}\n`);
    expectNoSecret(await everythingOf(rabbitmq.url(name), {}, ['--queue-config', file]), name);
  });
});

describeWith(['java', 'mvn'], "AWS's secrets are in no file, output or command line", () => {
  let sqs: RunningElasticmq;
  beforeAll(async () => {
    sqs = await startElasticmq();
  });
  afterAll(() => sqs?.stop());

  test('AWS secrets from the environment stay secret', async () => {
    const name = newName();
    const env = {
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: SECRET,
      AWS_SESSION_TOKEN: `token-${SECRET}`,
    };
    expectNoSecret(await everythingOf(sqs.url(name), env, []), name);
  });
});
