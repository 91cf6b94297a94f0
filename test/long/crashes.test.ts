import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VerifyRecord } from '../../src/runs/documents/verify-json.ts';
import { recordOf } from '../support/verification.ts';
import { CrashBed, ENDLESS, LAST_MOMENT_MS, SENT } from './crash-bed.ts';

/** Kills each process at random moments of a run, and expects the verdict that docs/semantics.md requires. */

const TIMES = Number(process.env['QBL_CRASHES'] ?? 20);
const seed = Number(process.env['QBL_SEED'] ?? Date.now() % 2 ** 31);

let bed: CrashBed;
beforeAll(async () => {
  process.stdout.write(`crashes: seed ${seed}\n`);
  bed = await CrashBed.open();
});
afterAll(() => bed.close());

describe('blast', () => {
  test.each(rounds(1))('is killed after $momentMs ms ($run)', async ({ run, momentMs }) => {
    const sender = await bed.send(`blast-${run}`, ENDLESS);
    await pause(momentMs);
    sender.signal('SIGKILL');
    expect((await sender.ended).code, 'killed').toBeNull();
    const { code, record } = await verdictOf(`blast-${run}`);
    expect({ code, ...record }).toMatchObject({ code: 3, verdict: 'unknown' });
    expect(kinds(record)).toContain('no-end');
    expect(['no-end', 'nothing-acked', 'unclear-samples']).toEqual(expect.arrayContaining(kinds(record)));
  });
});

describe('serve', () => {
  test.each(rounds(2))('is killed after $momentMs ms and started again ($run)', async ({ run, momentMs }) => {
    const sender = await bed.send(`serve-${run}`);
    await pause(momentMs);
    await bed.crashServe();
    await sender.ended;
    await expectPass(`serve-${run}`);
  });
});

describe('the broker', () => {
  test.each(rounds(3))('is killed after $momentMs ms and started again ($run)', async ({ run, momentMs }) => {
    const sender = await bed.send(`broker-${run}`);
    await pause(momentMs);
    await bed.crashBroker();
    await sender.ended;
    await expectPass(`broker-${run}`);
  });
});

/** Runs and the moments of their crashes, including a crash right after the start. */
function rounds(part: number): { run: number; momentMs: number }[] {
  const random = fc.noBias(fc.integer({ min: 0, max: LAST_MOMENT_MS }));
  const moments = fc.sample(random, { seed: seed + part, numRuns: TIMES - 1 });
  return [0, ...moments].map((momentMs, i) => ({ run: i + 1, momentMs }));
}

/** The verdict after a crash. The counts must add up, and there must be no evidence of a problem. */
async function verdictOf(run: string) {
  const ended = await bed.replay(run);
  const record = recordOf(ended);
  expect(record).toMatchObject({
    lost: 0,
    phantom: 0,
    unexpected: 0,
    corrupt: 0,
    duplicated: 0,
    drained: true,
  });
  return { code: ended.code, record };
}

/** Expects a pass: the sender ended cleanly, and every acknowledged message is in the queue exactly once. */
async function expectPass(run: string): Promise<void> {
  const { code, record } = await verdictOf(run);
  expect(record.sent).toBe(SENT);
  if (record.acked > 0) expect({ code, ...record }).toMatchObject({ code: 0, verdict: 'pass', reasons: [] });
  else expect([code, kinds(record)]).toEqual([3, ['nothing-acked']]);
}

function kinds({ reasons }: VerifyRecord): string[] {
  return reasons.map(({ kind }) => kind);
}
