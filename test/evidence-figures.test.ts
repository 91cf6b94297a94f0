import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { openQueue } from '../src/queue/open.ts';
import { figuresOf } from '../src/report/comparison/figures-of-run.ts';
import { readService } from '../src/runs/documents/service-json.ts';
import { readSummary } from '../src/runs/documents/summary-json.ts';
import { type VerifyRecord, writeVerification } from '../src/runs/documents/verify-json.ts';
import { runFiles } from '../src/runs/run-folder.ts';
import { type ReplayOptions, verifyByReplay } from '../src/verify/replay.ts';
import { evidenceBed, type Sending } from './support/evidence-bed.ts';
import { EVERY_LOOP, identity } from './support/history.ts';
import { FINISHED_MS, workFor } from './support/service-history.ts';
import { summarise } from './support/summarise.ts';

/** Tests which figures `qbl report --compare` and `--fail-if` take from the verdict on a run. */

const bed = evidenceBed();
const { send, sent, produce, options, folderOf } = bed;

async function verified(run: string, more: Partial<ReplayOptions> = {}) {
  const { record, histogram, hopHistograms } = await verifyByReplay({ ...options(run), ...more });
  await writeVerification(folderOf(run), record, { endToEnd: histogram, hops: hopHistograms }, Date.now());
  const { figures, atLeast } = await figuresOf(folderOf(run));
  return { record, figures, atLeast };
}

async function lostIn(run: string) {
  const { record, figures } = await verified(run);
  return { verdict: record.verdict, notFound: record.lost, lost: figures.lost };
}

it('the figure for lost messages is the proven loss', async () => {
  await send('whole');
  expect(await lostIn('whole')).toEqual({ verdict: 'pass', notFound: 0, lost: 0 });
  await send('holed', { drops: [2, 3] });
  expect(await lostIn('holed')).toEqual({ verdict: 'fail', notFound: 2, lost: 2 });
});

it('there is no figure for lost messages if a loss is not proven', async () => {
  const { samples } = runFiles(await send('repeated', { drops: [2] }));
  const last = (await readFile(samples, 'utf8')).trimEnd().split('\n').at(-1);
  await appendFile(samples, `${last}\n`);
  expect(await lostIn('repeated')).toEqual({ verdict: 'unknown', notFound: 1, lost: null });
});

it('there is no figure for lost messages if the verdict fails for another reason, and rows may be missing', async () => {
  await send('killed', { ends: false, answer: (loop) => (loop === 3 ? '400' : '200') });
  expect(await lostIn('killed')).toEqual({ verdict: 'fail', notFound: 0, lost: null });
});

it('a proven loss is the least number of lost messages if more may be lost', async () => {
  await send('open', { drops: [2], ends: false });
  const { record, figures, atLeast } = await verified('open');
  expect(record.reasons.map(({ kind }) => kind)).toEqual(['lost', 'no-end']);
  expect([figures.lost, atLeast.lost]).toEqual([null, 1]);
});

it('there is no end-to-end latency if the queue was not read to its end, and the longest known one is a lower limit', async () => {
  const folder = await send('read');
  const { record, figures, atLeast } = await verified('read');
  const { p50, p99, max } = record.latencyMs;
  const exact = { 'e2e-p50': p50, 'e2e-p99': p99, 'e2e-max': max };
  expect([figures, atLeast]).toEqual([expect.objectContaining(exact), {}]);
  const { verify } = runFiles(folder);
  await writeFile(verify, JSON.stringify({ ...record, drained: false }));
  const partly = await figuresOf(folder);
  const missing = { 'e2e-p50': null, 'e2e-p99': null, 'e2e-max': null };
  expect(partly).toMatchObject({ figures: missing, atLeast: { 'e2e-max': max } });
});

const E2E = ['e2e-p50', 'e2e-p99', 'e2e-max'] as const;

/** The metrics whose figures are exact, and those whose figures are lower limits. */
const KINDS: Record<
  'exact' | 'longest' | 'least' | 'none',
  Record<'exact' | 'least', readonly (typeof E2E)[number][]>
> = {
  exact: { exact: E2E, least: [] },
  longest: { exact: ['e2e-max'], least: [] },
  least: { exact: [], least: ['e2e-max'] },
  none: { exact: [], least: [] },
};

it.each<[string, (record: VerifyRecord) => Partial<VerifyRecord>, keyof typeof KINDS]>([
  ['exact if 1 % of the messages arrived up to 0.1 s before the send', (its) => early(its, 1, 100), 'exact'],
  ['only the longest one if more messages arrived before the send', (its) => early(its, 2, 100), 'longest'],
  ['missing if a message arrived more than 0.1 s before the send', (its) => early(its, 1, 101), 'none'],
  ['lower limits if a message has no latency', ({ received }) => ({ received: received + 1 }), 'least'],
  ['missing if the timestamps are of different kinds', () => ({ latencySource: 'mixed' }), 'none'],
  ['lower limits if missing messages may have arrived', () => ({ lost: 1 }), 'least'],
  [
    'exact if the missing messages are proven to be lost',
    () => ({ lost: 1, reasons: [{ kind: 'lost', count: 1, text: '' }] }),
    'exact',
  ],
])('the figures of the end-to-end latency are %s', async (_, changes, kind) => {
  const folder = await send('clocks');
  const { record } = await verified('clocks');
  await writeFile(runFiles(folder).verify, JSON.stringify({ ...record, ...changes(record) }));
  const { figures, atLeast } = await figuresOf(folder);
  const { p50, p99, max } = record.latencyMs;
  const all = { 'e2e-p50': p50, 'e2e-p99': p99, 'e2e-max': max };
  const { exact, least } = KINDS[kind];
  for (const metric of E2E) {
    expect([metric, figures[metric]]).toEqual([metric, exact.includes(metric) ? all[metric] : null]);
    expect([metric, atLeast[metric]]).toEqual([metric, least.includes(metric) ? all[metric] : undefined]);
  }
});

/** Returns the changes with which this number of 100 messages arrived up to this time before their send. */
function early({ latencyMs }: VerifyRecord, negative: number, byMs: number): Partial<VerifyRecord> {
  return { received: 100, latencyMs: { ...latencyMs, count: 100 - negative, negative, mostNegative: -byMs } };
}

describe('the figures for hops', () => {
  const HOP_METRICS = ['hop-missing', 'hop-repeated', 'hop-never-sent'] as const;
  const exactlyOnce = { exactlyOnce: true, ordered: false };

  async function hopFigures(
    outputs: readonly number[],
    more: Partial<ReplayOptions> = {},
    sending: Sending = {},
  ) {
    await send('hopped', sending);
    for (const loop of outputs) await produce(sent('hopped', loop), 0, 'done');
    const queue = await openQueue(bed.queue.url.replace(/[^/]+$/, 'done'));
    await queue.prepare();
    const places = [{ name: 'done', queue }];
    const hopsToRead = { places, rule: 'exactly-one' as const, withinMs: 0 };
    const { figures, atLeast } = await verified('hopped', { hopsToRead, ...more });
    await queue.close();
    return HOP_METRICS.map((metric) => figures[metric] ?? `${atLeast[metric] ?? 'unknown'}`);
  }

  it('are the proven counts', async () => {
    expect(await hopFigures([...EVERY_LOOP.slice(2), 3, 4, 5], { rules: exactlyOnce })).toEqual([2, 3, 0]);
  });

  it('do not count repeats without --exactly-once, because there may be more', async () => {
    expect(await hopFigures([...EVERY_LOOP, 3])).toEqual([0, 'unknown', 0]);
  });

  it('are minimum numbers or unknown if other evidence is missing', async () => {
    expect(await hopFigures(EVERY_LOOP.slice(1), {}, { ends: false })).toEqual(['1', 'unknown', 'unknown']);
    const { figures, atLeast } = await verified('hopped');
    expect([figures['hop-missing'], atLeast['hop-missing']], 'not read').toEqual([null, undefined]);
  });

  it('are unknown for a run without hops', async () => {
    await send('plain');
    const { figures } = await verified('plain');
    expect(HOP_METRICS.map((metric) => figures[metric])).toEqual([null, null, null]);
  });
});

describe('the time until everything is processed', () => {
  const nine = EVERY_LOOP.slice(0, 9);

  it('is unknown if a message is left, even one that arrived without an ack', async () => {
    for (const processed of [nine, EVERY_LOOP]) {
      const run = `served-${processed.length}`;
      const folder = await send(run, { answer: (loop) => (loop === 10 ? '500' : '200') });
      await summarise(folder);
      await workFor(folder, { processed, counted: processed.length, drain: false });
      const { record, figures } = await verified(run);
      expect(record).toMatchObject({ acked: 9, recovered: 1 });
      expect(figures.drain === null, run).toBe(processed === nine);
    }
  });

  it('is unknown if the count is only reached with messages that were never planned', async () => {
    const folder = await send('strange');
    await summarise(folder);
    const strange = { identity: identity('strange', 99), finishedAtMs: FINISHED_MS + 50 };
    await workFor(folder, { processed: nine, others: [strange], counted: 10, drain: false });
    expect((await figuresOf(folder)).figures.drain).toBeNull();
  });

  it('ends when the last message was processed for the first time', async () => {
    const folder = await send('once');
    await summarise(folder);
    const again = [{ finishedAtMs: FINISHED_MS + 9_000 }];
    await workFor(folder, { processed: EVERY_LOOP, others: again, counted: 11 });
    const { figures } = await verified('once');
    const { firstStartMs } = (await readSummary(folder))?.statistics ?? {};
    expect(figures.drain).toBe(FINISHED_MS - (firstStartMs ?? 0));
  });

  it('is unknown if the count is only reached with a redelivered message', async () => {
    const folder = await send('again');
    await summarise(folder);
    await workFor(folder, { processed: [...nine, 9], counted: 10, drain: false });
    expect((await verified('again')).figures.drain).toBeNull();
  });
});

describe('the longest wait and the largest backlog of a service', () => {
  const nine = EVERY_LOOP.slice(0, 9);
  const peaksIn = async (run: string) => {
    const { figures, atLeast } = await figuresOf(folderOf(run));
    return [figures.wait, figures.backlog, atLeast.wait, atLeast.backlog];
  };

  it.each([
    ['are exact if it took every message', EVERY_LOOP, true],
    ['can be higher if it left a message', nine, false],
  ])('%s', async (_, processed, isExact) => {
    const folder = await send('peaks');
    await summarise(folder);
    await workFor(folder, { processed, counted: processed.length, drain: false });
    const { longestWaitMs = null, peakBacklog } = (await readService(folder))?.end ?? {};
    expect(longestWaitMs).not.toBeNull();
    const peaks = [longestWaitMs, peakBacklog];
    const expected = isExact ? [...peaks, undefined, undefined] : [null, null, ...peaks];
    expect(await peaksIn('peaks'), 'before the verification').toEqual(expected);
    await verified('peaks');
    expect(await peaksIn('peaks')).toEqual(expected);
  });

  it.each(['queue', 'sender'] as const)(
    'has only lower bounds of wait and drain if the clock that gave the times of arrival was ahead (%s)',
    async (waitSince) => {
      const folder = await send('ahead');
      await summarise(folder);
      await workFor(folder, { counted: EVERY_LOOP.length, clockAheadMs: 5_000, waitSince });
      const { figures, atLeast } = await verified('ahead');
      expect(await peaksIn('ahead')).toEqual([null, 0, 0, undefined]);
      expect([figures.drain, atLeast.drain]).toEqual([null, expect.any(Number)]);
    },
  );
});
