import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Plan } from '../../src/plan/plan.ts';
import type { Drain, Reader } from '../../src/queue/reader.ts';
import { JTL_HEADER } from '../../src/samples/jtl/jtl-columns.ts';
import { jtlRow } from '../../src/samples/jtl/jtl-writer.ts';
import { outcomeOf } from '../../src/samples/outcome.ts';
import { type Sample, threadName } from '../../src/samples/sample.ts';
import type { Tally } from '../../src/verify/counting/tally.ts';
import { addTo } from '../../src/verify/gathering/gathered.ts';
import { readSamples, type SamplesRead } from '../../src/verify/gathering/samples.ts';
import { NO_HISTORY } from '../../src/verify/history/read-history.ts';
import { conclude, concludeRun } from '../../src/verify/judging/conclude.ts';
import { sessionDoubts } from '../../src/verify/judging/session-doubts.ts';
import { Inspection } from '../../src/verify/reading/inspection.ts';
import { SENT_BEFORE_ROW_OF_BLAST_MS, windowOf } from '../../src/verify/row-window.ts';
import { oracle } from './oracle.ts';
import { ANSWERS, identitiesOf, type OwnFile, type Play, plays, TIMES_OF_OTHERS } from './play.ts';
import { BEGAN_AT, contentHashOf, type Entry, endOf, planOf, queueOf, startOf } from './stage.ts';
import { CONTENTS, IDENTITIES, isTokenKind, TOKEN_CHANGES } from './tokens/token-play.ts';

/** Number of histories. simulations.test.ts has 6,000 more, which makes 100,000 in total. */
const HISTORIES = Number(process.env['QBL_HISTORIES'] ?? 94_000);
const RUN = 'played';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'qbl-histories-'));
});
afterAll(() => rm(directory, { recursive: true }));

it(`judges ${HISTORIES} histories as the oracle does`, async () => {
  const verdicts = { pass: 0, fail: 0, unknown: 0 };
  const kinds = new Map<string, number>();
  const seed = Number(process.env['QBL_SEED'] ?? Date.now() % 2 ** 31);
  process.stdout.write(`histories: seed ${seed}\n`);
  await fc.assert(
    fc.asyncProperty(plays, async (play) => {
      const rows = rowsOf(play);
      const read = readPart(play, queueOf(play));
      const expected = oracle(play, read, rows);
      const { record } = await judged(play, read, rows);
      verdicts[record.verdict]++;
      for (const kind of kindsOf(play, read)) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      expect(expected.verdicts, JSON.stringify(record.reasons)).toContain(record.verdict);
      if (expected.counts !== null) expect(record).toMatchObject(expected.counts);
      expect(record.notProven.map(({ kind }) => kind)).toEqual(expected.notProven);
      expect(record.sent).toBe(record.acked + record.rejected + record.indeterminate);
      expect(record.indeterminate).toBe(record.recovered + record.unresolved);
      expect(record.received).toBe(
        record.acked - record.lost + record.recovered + record.phantom + record.unexpected,
      );
    }),
    { numRuns: HISTORIES, seed },
  );
  process.stdout.write(`histories: ${JSON.stringify({ ...verdicts, ...Object.fromEntries(kinds) })}\n`);
  // Each kind of verdict must occur often, because a generator with only one kind would prove nothing about
  // the others.
  for (const count of Object.values(verdicts)) expect(count).toBeGreaterThan(HISTORIES / 50);
  for (const kind of KINDS)
    expect(kinds.get(kind) ?? 0, kind).toBeGreaterThanOrEqual(Math.floor(HISTORIES / 1_000));
}, 3_600_000);

const KINDS = [
  'messages sent before',
  'messages sent after',
  'two senders at once',
  'samples of another run',
  'samples of the user',
  'rows in another order',
  'loops from 0',
  'no loop column',
  'requests without messages',
  'a token without run.json',
  'a row without the hash of its content',
  ...IDENTITIES.map((identity) => `identity: ${identity}` as const),
  ...CONTENTS.map((content) => `content: ${content}` as const),
  ...TOKEN_CHANGES.map((change) => `token: ${change}` as const),
] as const;

function kindsOf(play: Play, read: readonly Entry[]): (typeof KINDS)[number][] {
  const { own, wrongSamples, identity, content } = play;
  const isToken = isTokenKind(identity);
  const changes = new Set(read.flatMap(({ truth }) => (truth.kind === 'token' ? [truth.deed.change] : [])));
  const times = read.flatMap(({ truth }) =>
    truth.kind === 'other' ? [TIMES_OF_OTHERS[truth.other.when]] : [],
  );
  const is: Partial<Record<(typeof KINDS)[number], boolean>> = {
    'messages sent before': times.some((ms) => ms < 0),
    'messages sent after': times.some((ms) => ms > TIMES_OF_OTHERS.among),
    'two senders at once': times.includes(TIMES_OF_OTHERS.among),
    'samples of another run': wrongSamples,
    'samples of the user': own !== null,
    'rows in another order': own?.isSorted === true,
    'loops from 0': own?.loops === 'from 0',
    'no loop column': own?.loops === 'none',
    'requests without messages': own?.hasGets === true,
    'a token without run.json': isToken && own?.hasRunJson === false,
    'a row without the hash of its content': isToken && content !== 'none' && play.hashLost !== null,
    [`identity: ${identity}`]: true,
    [`content: ${content}`]: isToken,
    ...Object.fromEntries([...changes].map((change) => [`token: ${change}`, true])),
  };
  return KINDS.filter((kind) => is[kind] === true);
}

/**
 * Returns the indices of the scenes whose rows are in the samples. A scene is a request of the history. The samples
 * lack scenes after a kill, and rows that did not reach the disk.
 */
function rowsOf(play: Play): number[] {
  const sent = play.killedAfter ?? identitiesOf(play).length;
  const written = play.killedAfter === null ? sent : Math.max(0, sent - play.rowsLost);
  return Array.from({ length: written }, (_, i) => i);
}

/** The messages of each partition that the reader read. */
function readPart(play: Play, queue: readonly Entry[]): Entry[] {
  const share = play.incompleteAfter ?? 1;
  return [0, 1].flatMap((partition) => {
    const entries = queue.filter(({ delivery }) => delivery.partition === partition);
    return entries.slice(0, Math.floor(entries.length * share));
  });
}

async function judged(play: Play, read: readonly Entry[], rows: readonly number[]) {
  const plan = planOf(play);
  const ended = play.killedAfter === null;
  const sentUntilMs = endOf(play);
  const end = ended ? { atMs: sentUntilMs } : null;
  const hasRunJson = play.own === null || (isTokenKind(play.identity) && play.own.hasRunJson);
  const known = hasRunJson ? { plan, startedAtMs: BEGAN_AT, end } : null;
  const inspection = new Inspection([RUN], () => known, true);
  const tally = inspection.tallyOf(RUN);
  const arrive = () => inspection.add(read.map(({ delivery }) => delivery));
  // A live reader (tap) gets the messages before the samples. A later verification (replay) reads the samples
  // first.
  if (play.ordered) arrive();
  const samples = await takeSamples(play, rows, known?.plan ?? null, tally);
  if (!play.ordered) arrive();
  const ends = new Map<number, number>();
  const gathered = {
    run: RUN,
    sentTo: null,
    plan: known?.plan ?? null,
    tally,
    samples,
    source: {
      file: '',
      run: RUN,
      plan: null,
      labels: [],
      sender: null,
      rejectedStatuses: new Set<number>(),
      isForeign: false,
    },
    samplesWritten: null,
    summary: null,
    startedAtMs: known?.startedAtMs ?? null,
    ended: known === null ? !samples.torn : ended,
    sentUntilMs: known === null || !ended ? samples.lastEndMs : sentUntilMs,
  };
  const runs = [concludeRun(gathered, inspection)];
  const drain: Drain =
    play.incompleteAfter === null ? { complete: true, ends } : { complete: false, reason: 'played', ends };
  const reading = {
    from: { kind: 'beginning' },
    history: { ...NO_HISTORY, starts: STARTS },
    inspection,
    reader: READER,
  } as const;
  const doubts = await sessionDoubts(reading, {
    runs,
    services: null,
    unseen: 0,
    copies: null,
    drain,
    queueId: null,
    interrupted: false,
  });
  return conclude({
    runs,
    queue: 'kafka://localhost:9092/played',
    reading: 'log',
    repeatsDropped: false,
    inspection,
    services: null,
    unprovenServices: [],
    hops: null,
    unseen: 0,
    doubts,
    settling: null,
    gaps: null,
    start: STARTS,
    drain,
    queueId: null,
    liveTopicId: null,
    rules: { exactlyOnce: play.exactlyOnce, ordered: play.ordered },
  });
}

const STARTS = new Map([
  [0, 0],
  [1, 0],
]);

/** A reader that has read its log from the beginning. Nothing was removed from the log. */
const READER: Reader = {
  start: STARTS,
  queueId: async () => null,
  drain: async () => ({ complete: true, ends: new Map() }),
  removedSince: async () => null,
  close: async () => {},
};

let histories = 0;

/**
 * Reads the samples of a history. Writes the samples to a file first only in two cases: for every 20th history, and for
 * a history with a user's own samples file. Files are slower than everything else in this test.
 */
async function takeSamples(
  play: Play,
  rows: readonly number[],
  plan: Plan | null,
  tally: Tally,
): Promise<SamplesRead> {
  const samples = samplesOf(play, rows);
  if (histories++ % 20 === 0 || play.own !== null) {
    const { own } = play;
    const labels =
      own?.isLabelled === true && plan === null
        ? Array.from({ length: play.requests }, (_, i) => `R${i + 1}`)
        : [];
    const source = { run: RUN, plan, labels, sender: own === null ? 'blast' : null, isForeign: own !== null };
    const file = await writeSamples(play, samples);
    return readSamples({ ...source, file, rejectedStatuses: new Set() }, addTo(tally, plan));
  }
  const identities = identitiesOf(play);
  const add = addTo(tally, plan);
  for (const [i, sample] of samples.entries()) {
    const identity = identities[rows[i] ?? -1];
    if (identity !== undefined)
      add(identity, outcomeOf(sample), windowOf(sample, SENT_BEFORE_ROW_OF_BLAST_MS), sample);
  }
  return {
    rows: rows.length,
    ackedRows: 0,
    acked: 0,
    rejected: 0,
    firstStartMs: samples[0]?.timeStampMs ?? Number.POSITIVE_INFINITY,
    lastEndMs: (samples.at(-1)?.timeStampMs ?? Number.NEGATIVE_INFINITY) + 1,
    torn: false,
    unplaced: 0,
    withoutMessage: 0,
    numbered: false,
    ambiguous: false,
    unreadableOutcomes: 0,
    withoutOutcome: 0,
    labels: [],
    longSpans: null,
  };
}

const TWO_DAYS_MS = 172_800_000;

function samplesOf(play: Play, rows: readonly number[]): Sample[] {
  const identities = identitiesOf(play);
  const shiftMs = play.wrongSamples ? -TWO_DAYS_MS : 0;
  return rows.flatMap((i) => {
    const [identity, scene] = [identities[i], play.scenes[i]];
    if (identity === undefined || scene === undefined) return [];
    const sample = { ...sampleOf(identity, ANSWERS[scene.answer]), timeStampMs: startOf(i) + shiftMs };
    const content = i === play.hashLost ? null : contentHashOf(play, identity, shiftMs);
    return [content === null ? sample : { ...sample, content }];
  });
}

async function writeSamples(play: Play, samples: readonly Sample[]): Promise<string> {
  const file = join(directory, 'samples.jtl');
  const { own } = play;
  const isTorn = play.killedAfter !== null && play.torn;
  const lines = samples
    .flatMap((sample) => (own?.hasGets === true ? [getBefore(sample), sample] : [sample]))
    .map((sample) => [jtlRow(sample), sample.content ?? ''] as const);
  if (own?.isSorted === true) lines.reverse();
  const hasContents = isTokenKind(play.identity) && play.content !== 'none';
  const rewritten = [[`${JTL_HEADER}\n`, '"content"'] as const, ...lines].map(([line, content]) => {
    const row = withLoops(own?.loops ?? 'column', line);
    return hasContents ? row.replace('\n', `,${content}\n`) : row;
  });
  await writeFile(file, rewritten.join(''));
  if (isTorn) await appendFile(file, '1700000000000,12,R1,20');
  return file;
}

/** Returns a request without a message, 3 ms before the given one. */
function getBefore(sample: Sample): Sample {
  const answered = { responseCode: '200', responseMessage: 'OK', success: true };
  return { ...sample, ...answered, label: 'Get', timeStampMs: sample.timeStampMs - 3 };
}

function withLoops(loops: OwnFile['loops'], line: string): string {
  if (loops === 'none') return line.replace(/,[^,]*\n$/, '\n');
  return loops === 'column' ? line : line.replace(/,(\d+)\n$/, (_, loop) => `,${Number(loop) - 1}\n`);
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
