import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Plan } from '../../src/plan/plan.ts';
import { JTL_HEADER } from '../../src/samples/jtl-columns.ts';
import { jtlRow } from '../../src/samples/jtl-writer.ts';
import { outcomeOf } from '../../src/samples/outcome.ts';
import { type Sample, threadName } from '../../src/samples/sample.ts';
import { conclude, concludeRun } from '../../src/verify/conclude.ts';
import { Inspection } from '../../src/verify/inspection.ts';
import { readSamples, type SamplesRead } from '../../src/verify/samples.ts';
import type { Tally } from '../../src/verify/tally.ts';
import { oracle } from './oracle.ts';
import { ANSWERS, identitiesOf, type Play, plays } from './play.ts';
import { type Entry, planOf, queueOf } from './stage.ts';

/** With those of simulations.test.ts, which go the whole way, 100,000. */
const HISTORIES = Number(process.env['QBL_HISTORIES'] ?? 94_000);
const RUN = 'played';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'qbl-histories-'));
});
afterAll(() => rm(directory, { recursive: true }));

it(`judges ${HISTORIES} histories as the oracle does`, async () => {
  const verdicts = { pass: 0, fail: 0, unknown: 0 };
  const seed = Number(process.env['QBL_SEED'] ?? Date.now() % 2 ** 31);
  process.stdout.write(`histories: seed ${seed}\n`);
  await fc.assert(
    fc.asyncProperty(plays, async (play) => {
      const rows = rowsOf(play);
      const read = readPart(play, queueOf(play));
      const expected = oracle(play, read, rows);
      const { record } = await judged(play, read, rows);
      verdicts[record.verdict]++;
      expect(record).toMatchObject(expected);
      expect(record.sent).toBe(record.acked + record.rejected + record.indeterminate);
      expect(record.indeterminate).toBe(record.recovered + record.unresolved);
      expect(record.received).toBe(
        record.acked - record.lost + record.recovered + record.phantom + record.unexpected,
      );
    }),
    { numRuns: HISTORIES, seed },
  );
  process.stdout.write(`histories: ${JSON.stringify(verdicts)}\n`);
  // A generator that makes one kind of verdict only would prove nothing of the others.
  for (const count of Object.values(verdicts)) expect(count).toBeGreaterThan(HISTORIES / 50);
}, 1_200_000);

/** The scenes whose rows are in the samples: those sent before a kill, less what had not reached the disk. */
function rowsOf(play: Play): number[] {
  const sent = play.killedAfter ?? identitiesOf(play).length;
  const written = play.killedAfter === null ? sent : Math.max(0, sent - play.rowsLost);
  return Array.from({ length: written }, (_, i) => i);
}

/** Each partition up to where the reader came. */
function readPart(play: Play, queue: readonly Entry[]): Entry[] {
  const share = play.incompleteAfter ?? 1;
  return [0, 1].flatMap((partition) => {
    const entries = queue.filter(({ delivery }) => delivery.partition === partition);
    return entries.slice(0, Math.floor(entries.length * share));
  });
}

async function judged(play: Play, read: readonly Entry[], rows: readonly number[]) {
  const plan = planOf(play);
  const inspection = new Inspection([RUN], () => ({ plan, startedAtMs: 0, end: null }), true);
  const tally = inspection.tallyOf(RUN);
  const arrive = () => inspection.add(read.map(({ delivery }) => delivery));
  // A tap sees the messages first, a replay has the samples first.
  if (play.ordered) arrive();
  const samples = await takeSamples(play, rows, plan, tally);
  if (!play.ordered) arrive();
  const ends = new Map<number, number>();
  const gathered = {
    run: RUN,
    sentTo: null,
    plan,
    tally,
    samples,
    samplesWritten: null,
    ended: play.killedAfter === null,
    sentUntilMs: 0,
  };
  return conclude({
    runs: [concludeRun(gathered, inspection)],
    queue: 'kafka://localhost:9092/played',
    reading: 'log',
    repeatsDropped: false,
    inspection,
    services: null,
    unseen: 0,
    doubts: [],
    settling: null,
    start: new Map([
      [0, 0],
      [1, 0],
    ]),
    drain:
      play.incompleteAfter === null ? { complete: true, ends } : { complete: false, reason: 'played', ends },
    rules: { exactlyOnce: play.exactlyOnce, ordered: play.ordered },
  });
}

let histories = 0;

/** One history in ten goes through a file, which takes longer than all the rest. */
async function takeSamples(
  play: Play,
  rows: readonly number[],
  plan: Plan,
  tally: Tally,
): Promise<SamplesRead> {
  if (histories++ % 10 === 0) {
    const file = await writeSamples(play, rows);
    return readSamples(file, RUN, plan, new Set(), (identity, outcome) => tally.addSample(identity, outcome));
  }
  const identities = identitiesOf(play);
  for (const i of rows) {
    const [identity, scene] = [identities[i], play.scenes[i]];
    if (identity !== undefined && scene !== undefined) {
      const [code, message] = ANSWERS[scene.answer];
      tally.addSample(identity, outcomeOf(code, message));
    }
  }
  return {
    rows: rows.length,
    acked: 0,
    firstStartMs: 0,
    lastEndMs: 0,
    torn: false,
    unplaced: 0,
    numbered: false,
  };
}

async function writeSamples(play: Play, rows: readonly number[]): Promise<string> {
  const file = join(directory, 'samples.jtl');
  const identities = identitiesOf(play);
  const lines = rows.flatMap((i) => {
    const identity = identities[i];
    const scene = play.scenes[i];
    return identity === undefined || scene === undefined
      ? []
      : [jtlRow(sampleOf(identity, ANSWERS[scene.answer]))];
  });
  await writeFile(file, `${JTL_HEADER}\n${lines.join('')}`);
  if (play.killedAfter !== null && play.torn) await appendFile(file, '1700000000000,12,R1,20');
  return file;
}

function sampleOf(
  { thread, loop, request }: { thread: number; loop: number; request: number },
  [responseCode, responseMessage]: readonly [string, string],
): Sample {
  return {
    timeStampMs: 1,
    elapsedMs: 1,
    label: `R${request}`,
    responseCode,
    responseMessage,
    threadName: threadName('G', 1, thread),
    success: responseCode.startsWith('2'),
    failureMessage: '',
    bytes: 1,
    sentBytes: 1,
    grpThreads: 1,
    allThreads: 1,
    url: '',
    latencyMs: 1,
    idleTimeMs: 0,
    connectMs: 0,
    loop,
  };
}
