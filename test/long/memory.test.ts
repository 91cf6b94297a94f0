import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { qbl, startQbl } from '../support/qbl.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { recordOf } from '../support/verification.ts';
import { makeBigRun } from './big-run.ts';

/** 10^6 in CI; by hand, QBL_MESSAGES=10000000 and an hour's patience. */
const MESSAGES = Number(process.env['QBL_MESSAGES'] ?? 1_000_000);
const MAX_RSS_MIB = 200;
const KIB_IN_MIB = 1024;
const PRELOAD = new URL('./max-rss.mjs', import.meta.url).href;
const DEADLINE_MS = 3_600_000;

test(
  `verify of ${MESSAGES.toLocaleString('en')} messages has at most ${MAX_RSS_MIB} MiB resident`,
  async () => {
    const folder = await tempFolder();
    const data = ['--data', join(folder, 'data'), '--fsync', 'never'];
    const broker = startQbl(['broker', '--port', '0', ...data], { folder, deadlineMs: DEADLINE_MS });
    const queue = `${await broker.line(/broker ready: (kafka:\/\/[^\s,]+),/)}/big`;
    await makeBigRun(join(folder, 'runs'), 'big', queue, MESSAGES);
    const file = join(folder, 'max-rss');
    const env = { NODE_OPTIONS: `--import ${PRELOAD}`, MAX_RSS_FILE: file };
    const startedMs = performance.now();
    const ended = await qbl(['verify', 'big', '--json'], { folder, env, deadlineMs: DEADLINE_MS });
    const seconds = (performance.now() - startedMs) / 1_000;
    expect(ended.code, ended.stderr).toBe(0);
    const whole = { verdict: 'pass', acked: MESSAGES, received: MESSAGES, lost: 0, corrupt: 0 };
    expect(recordOf(ended)).toMatchObject(whole);
    const mib = Number(await readFile(file, 'utf8')) / KIB_IN_MIB;
    process.stdout.write(
      `memory: ${mib.toFixed(0)} MiB for ${MESSAGES} messages in ${seconds.toFixed(1)} s\n`,
    );
    expect(mib).toBeLessThanOrEqual(MAX_RSS_MIB);
  },
  DEADLINE_MS,
);
