import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import type { VerifyRecord } from '../../src/runs/documents/verify-json.ts';
import { Stage } from './simulation/stage.ts';
import { type Story, stories, type Verification } from './simulation/story.ts';
import { demanded, isWronged, mayPass } from './simulation/truth.ts';

/**
 * Simulates whole histories: run folders, several readings of the queue, and the records that each reading
 * leaves for the next one.
 */

const SIMULATIONS = Number(process.env['QBL_SIMULATIONS'] ?? 6_000);

/**
 * Reasons that must all occur in the histories. A generator that never produces a reason would prove nothing
 * about it.
 */
const REASONS: readonly (readonly [string, RegExp])[] = [
  ['broken off', /broken off/],
  ['another queue ID', /its id is/],
  ['a queue ID that is not reported now', /reports no id now/],
  ['a queue that ends earlier than before', /ended at/],
  ['messages that qbl cannot identify', /that qbl cannot identify/],
  ['removed by an earlier verification', /verification removed/],
  ['removed by a killed verification', /began to remove/],
  ['a truncated log', /begins at \d+ now/],
  ['a log that no longer reaches the start of the run', /no longer reaches/],
  ['a reading from the beginning of a log that was cut', /now begins at offset/],
  ['receipts that contradict the reading', /receipts of \d+ messages/],
  ['a service without an end', /service\.json records no end/],
  ['a service without drain', /without --drain/],
  ['a service that stopped early', /before the last message/],
];

const directory = mkdtempSync(join(tmpdir(), 'qbl-simulations-'));
afterAll(() => rmSync(directory, { recursive: true }));

const counted = new Map<string, number>();
const count = (name: string) => counted.set(name, (counted.get(name) ?? 0) + 1);

it(`judges ${SIMULATIONS} simulated queues as their true history demands`, async () => {
  const seed = Number(process.env['QBL_SEED'] ?? Date.now() % 2 ** 31);
  process.stdout.write(`simulations: seed ${seed}\n`);
  await fc.assert(fc.asyncProperty(stories, play), { numRuns: SIMULATIONS, seed });
  process.stdout.write(`simulations: ${JSON.stringify(Object.fromEntries(counted))}\n`);
  for (const verdict of ['pass', 'fail', 'unknown'])
    expect(counted.get(verdict) ?? 0, verdict).toBeGreaterThan(SIMULATIONS / 10);
  expect(counted.get('of another execution') ?? 0).toBeGreaterThanOrEqual(Math.floor(SIMULATIONS / 2_000));
  for (const [reason] of REASONS)
    expect(counted.get(reason) ?? 0, reason).toBeGreaterThanOrEqual(Math.floor(SIMULATIONS / 2_000));
}, 1_200_000);

async function play(story: Story): Promise<void> {
  const stage = new Stage(story, directory);
  try {
    const { isLive } = stage;
    if (!isLive) await stage.begin();
    for (const [i, verification] of story.verifications.entries())
      await verify(stage, verification, isLive && i === 0);
  } finally {
    stage.close();
  }
}

async function verify(stage: Stage, verification: Verification, live: boolean): Promise<void> {
  await stage.happen(verification.before);
  const { facts } = stage;
  const truths: ReturnType<typeof truthOf>[] = [];
  const { record } = await stage.verify(verification, live, () =>
    truths.push(truthOf(stage, verification, live)),
  );
  const [truth] = truths;
  if (truth === undefined) throw new Error('nothing was sent');
  facts.noteVerification(verification, live, truth.before);
  note(record);
  const said = JSON.stringify(record.reasons);
  if (record.verdict === 'pass')
    expect(truth.mayPass, 'a pass where an acked message is not there').toBe(true);
  if (record.verdict === 'fail')
    expect(truth.isWronged, `a fail where nothing was wrong: ${said}`).toBe(true);
  expect([...truth.demand.verdicts], said).toContain(record.verdict);
  if (truth.demand.counts !== null) expect(record).toMatchObject(truth.demand.counts);
}

/**
 * Derives the allowed results of the verification from what really happened. Call it after everything was sent and
 * before the verification reads the queue, because reading may remove messages.
 */
function truthOf({ facts }: Stage, verification: Verification, live: boolean) {
  return {
    demand: demanded(facts, verification, live),
    mayPass: mayPass(facts, verification, live),
    isWronged: isWronged(facts, verification, live),
    before: facts.world.visible(),
  };
}

function note({ verdict, reasons, otherExecution }: VerifyRecord): void {
  count(verdict);
  if (otherExecution > 0) count('of another execution');
  for (const { kind, text } of reasons) {
    count(kind);
    for (const [name, pattern] of REASONS) if (pattern.test(text)) count(name);
  }
}
