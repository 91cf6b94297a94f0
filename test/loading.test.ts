import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { qbl } from './support/qbl.ts';
import { tempFolder } from './support/temp-folder.ts';

/** The client libraries of Kafka, RabbitMQ and SQS. */
const CLIENTS = ['kafkajs', 'rabbitmq-client', '@aws-sdk/client-sqs'];
const PRELOAD = new URL('./support/loaded-modules.mjs', import.meta.url).href;
/** No server listens here, so reading fails at once. All modules are loaded by then. */
const NOWHERE = '127.0.0.1:1/none';
const VERIFY = ['verify', '--follow', '--consume', '--deadline', '1s'];

test.each([
  ['blast', ['blast', '--threads', '1', '--loops', '1', '--url', 'http://127.0.0.1:1'], []],
  ['verify of Kafka', [...VERIFY, '--queue', `kafka://${NOWHERE}`], ['kafkajs']],
  ['verify of RabbitMQ', [...VERIFY, '--queue', `amqp://${NOWHERE}`], ['rabbitmq-client']],
  ['verify of SQS', [...VERIFY, '--queue', `sqs://${NOWHERE}`], ['@aws-sdk/client-sqs']],
])('%s loads the client of no other system', async (_, args, expected) => {
  const loaded = new Set(await modulesOf(args));
  expect(CLIENTS.filter((client) => loaded.has(client))).toEqual(expected);
});

test.each([
  ['--version', 30],
  ['--help', 30],
  ['no-command', 30],
  ['serve --help', 50],
])('%s loads few modules', async (args, most) => {
  expect((await modulesOf(args.split(' '))).length).toBeLessThan(most);
});

/** Returns the modules that qbl loads with these arguments. */
async function modulesOf(args: readonly string[]): Promise<string[]> {
  const folder = await tempFolder();
  const file = join(folder, 'loaded');
  const env = { NODE_OPTIONS: `--import ${PRELOAD}`, LOADED_FILE: file };
  await qbl(args, { folder, env });
  return (await readFile(file, 'utf8')).trim().split('\n');
}
