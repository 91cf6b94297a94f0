import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { expect, test } from 'vitest';
import { qbl } from './support/qbl.ts';
import { tempFolder } from './support/temp-folder.ts';

/** The client libraries of Kafka, RabbitMQ and SQS. */
const CLIENTS = ['kafkajs', 'rabbitmq-client', '@aws-sdk/client-sqs'];
const PRELOAD = new URL('./support/loaded-modules.mjs', import.meta.url).href;
/** An address at which no server listens, so reading fails at once. Before qbl reads, all modules are loaded. */
const NOWHERE = '127.0.0.1:1/none';
const VERIFY = ['verify', '--follow', '--consume', '--deadline', '1s'];

test.each([
  ['blast', ['blast', '--threads', '1', '--loops', '1', '--url', 'http://127.0.0.1:1'], []],
  ['verify of Kafka', [...VERIFY, '--queue', `kafka://${NOWHERE}`], ['kafkajs']],
  ['verify of RabbitMQ', [...VERIFY, '--queue', `amqp://${NOWHERE}`], ['rabbitmq-client']],
  ['verify of SQS', [...VERIFY, '--queue', `sqs://${NOWHERE}`], ['@aws-sdk/client-sqs']],
])('%s does not load the client library of another queue system', async (_, args, expected) => {
  const loaded = new Set(await modulesOf(args));
  expect(CLIENTS.filter((client) => loaded.has(client))).toEqual(expected);
});

test.each([
  ['--version', 20, ['chalk', 'commander']],
  ['--help', 20, ['chalk', 'commander']],
  ['no-command', 20, ['chalk', 'commander']],
  ['serve --help', 40, ['chalk', 'commander']],
  ['blast --help', 50, ['chalk', 'commander', 'zod']],
  ['blast --no-such-option', 50, ['chalk', 'commander', 'zod']],
])('%s loads fewer than %d files, and only the packages %j', async (args, most, packages) => {
  const loaded = await modulesOf(args.split(' '));
  expect(loaded.length).toBeLessThan(most);
  expect(await packagesIn(loaded)).toEqual(packages);
});

/** Returns the files that qbl loads with these arguments: paths, or the name of an installed package. */
async function modulesOf(args: readonly string[]): Promise<string[]> {
  const folder = await tempFolder();
  const file = join(folder, 'loaded');
  const env = { NODE_OPTIONS: `--import ${PRELOAD}`, LOADED_FILE: file };
  await qbl(args, { folder, env });
  return (await readFile(file, 'utf8')).trim().split('\n');
}

/**
 * Returns the packages in node_modules that were loaded, and the packages whose code is in the loaded files of dist/.
 * The build writes the names of such packages into comments.
 */
async function packagesIn(loaded: readonly string[]): Promise<string[]> {
  const packages = new Set(loaded.filter((name) => !isAbsolute(name)));
  for (const path of loaded.filter(isAbsolute)) {
    const code = await readFile(path, 'utf8');
    for (const [, name = ''] of code.matchAll(/^\/\/ node_modules\/([^/\n]+)/gm)) packages.add(name);
  }
  return [...packages].sort();
}
