import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { buildModule } from '../support/build-module.ts';
import { qbl, startQbl } from '../support/qbl.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { recordOf } from '../support/verification.ts';
import { DENSE, type Load, makeBigRun, SHORT } from './big-run.ts';

/**
 * Number of messages: one million in CI. To test more by hand, set QBL_MESSAGES=10000000, which takes an
 * hour.
 */
const MESSAGES = Number(process.env['QBL_MESSAGES'] ?? 1_000_000);
/**
 * Number of large messages. A few fetches of these messages, unpacked at the same time, would exceed the memory limit.
 */
const DENSE_MESSAGES = 84_000;
const MAX_RSS_MIB = 200;
const KIB_IN_MIB = 1024;
const PRELOAD = new URL('./max-rss.mjs', import.meta.url).href;
const DEADLINE_MS = 3_600_000;

test.each([
  ['', MESSAGES, SHORT],
  ['compressed ', DENSE_MESSAGES, DENSE],
])(
  `verify of %s%d messages uses at most ${MAX_RSS_MIB} MiB of memory`,
  async (_, messages, load) => {
    const { record, mib, seconds } = await measured(messages, load);
    const whole = { verdict: 'pass', acked: messages, received: messages, lost: 0, corrupt: 0 };
    expect(record).toMatchObject(whole);
    process.stdout.write(
      `memory: ${mib.toFixed(0)} MiB for ${messages} messages in ${seconds.toFixed(1)} s\n`,
    );
    expect(mib).toBeLessThanOrEqual(MAX_RSS_MIB);
  },
  DEADLINE_MS,
);

/**
 * A tally needs 12 bytes for each message, so 115 MiB for 10^7 messages. A process without a tally needs about 90
 * MiB.
 */
const MAX_TALLY_RSS_MIB = 230;
const BIG_TALLY = new URL('./big-tally.mjs', import.meta.url);

test.each([
  [10_000, 10, 100],
  [22_000, 1, 100],
])(
  `the tally of %d threads, %d loops and %d requests uses at most ${MAX_TALLY_RSS_MIB} MiB of memory`,
  async (...shape) => {
    const file = join(await tempFolder(), 'max-rss');
    const env = { ...process.env, MAX_RSS_FILE: file };
    const parameters = ['--import', PRELOAD, await buildModule(BIG_TALLY), ...shape.map(String)];
    const { stdout } = await promisify(execFile)(process.execPath, parameters, { env });
    expect(Number(stdout)).toBe(shape.reduce((product, count) => product * count));
    expect(await mibIn(file)).toBeLessThanOrEqual(MAX_TALLY_RSS_MIB);
  },
  DEADLINE_MS,
);

/** Verifies a run with this number of messages in its own process. */
async function measured(messages: number, load: Load) {
  const folder = await tempFolder();
  const data = ['--data', join(folder, 'data'), '--fsync', 'never'];
  const broker = startQbl(['broker', '--port', '0', ...data], { folder });
  const queue = `${await broker.line(/broker ready: (kafka:\/\/[^\s,]+),/)}/big`;
  await makeBigRun(join(folder, 'runs'), 'big', queue, messages, load);
  const file = join(folder, 'max-rss');
  const env = { NODE_OPTIONS: `--import ${PRELOAD}`, MAX_RSS_FILE: file };
  const startedMs = performance.now();
  const ended = await qbl(['verify', 'big', '--json'], { folder, env, deadlineMs: DEADLINE_MS });
  const seconds = (performance.now() - startedMs) / 1_000;
  expect(ended.code, ended.stderr).toBe(0);
  return { record: recordOf(ended), mib: await mibIn(file), seconds };
}

async function mibIn(file: string): Promise<number> {
  return Number(await readFile(file, 'utf8')) / KIB_IN_MIB;
}
