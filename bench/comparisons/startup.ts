import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Comparison, Side } from '../harness/comparison.ts';
import { QBL } from '../harness/process.ts';

/** Measures how long a user waits for a command that does almost nothing. */
export const startup: Comparison = {
  name: 'startup',
  prepare: async () => [
    side('node, nothing', ['--eval', '0']),
    side('qbl --version', [QBL, '--version']),
    side('qbl blast --help', [QBL, 'blast', '--help']),
    side('loading the Kafka adapter', loading('kafka-queue')),
    side('loading the RabbitMQ adapter', loading('rabbitmq-queue')),
    side('loading the SQS adapter', loading('sqs-queue')),
  ],
};

/** Returns arguments that load an adapter. qbl loads an adapter only for a queue URL of its kind. */
function loading(adapter: string): string[] {
  const file = join(QBL, `../../dist/${adapter}.cjs`);
  return ['--eval', `require(${JSON.stringify(file)})`];
}

/** Runs a command without the preload that measures CPU time, because the preload itself takes time. */
function side(name: string, args: readonly string[]): Side {
  const measure = async () => {
    const startedMs = performance.now();
    await promisify(execFile)(process.execPath, args);
    return { 'wall ms': performance.now() - startedMs };
  };
  return { name, measure };
}
