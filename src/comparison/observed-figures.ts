import { plural } from '../plural.ts';
import type { CompareRow } from '../runs/documents/compare-json.ts';
import type {
  GroupEnd,
  ObservedGroupRecord,
  ObservedQueueRecord,
  QueueEnd,
} from '../runs/documents/observed-service-json.ts';
import type { LindleyResult } from '../size/model/lindley.ts';

/** The measured figures of an observed service, for comparison with the model. */
export interface Figures {
  /**
   * The first words of the note about the measured rate, such as `the group committed`. The number of messages follows
   * these words.
   */
  readonly done: string;
  readonly rows: readonly CompareRow[];
  readonly notes: readonly string[];
}

type Prediction = LindleyResult | null;

export function groupFigures(
  { group, intervalMs, end }: ObservedGroupRecord,
  firstStartMs: number,
  prediction: Prediction,
): Figures {
  if (end === null) return NONE;
  return {
    done: 'the group committed',
    rows: [
      doneRow('committed', end.committed, prediction),
      drainRow('time until all messages are committed', end.allCommittedAtMs, firstStartMs, prediction),
      backlogRow(end, prediction),
      ...waitRows('wait until committed', end.waitMs.count === 0 ? null : end.waitMs, prediction),
    ],
    notes: [
      `The figures of the service are the committed offsets of the group "${group}", read every ${intervalMs} ms. A message was committed up to ${rounded(end.longestGapMs)} ms before it was seen as committed, so each wait can be too long by up to this time.`,
      ...uncommittedNotes(end),
    ],
  };
}

export function queueFigures(
  { intervalMs, readyAgeMs, unacknowledgedAgeMs, end }: ObservedQueueRecord,
  firstStartMs: number,
  prediction: Prediction,
): Figures {
  if (end === null) return NONE;
  const time = (name: string, atMs: number | null) => drainRow(name, atMs, firstStartMs, prediction);
  return {
    done: 'the service took',
    rows: [
      doneRow('taken', end.taken, prediction),
      time('time until the queue is empty', end.emptyAtMs),
      ...(unacknowledgedAgeMs === null
        ? []
        : [time('time until all messages are acknowledged', end.acknowledgedAtMs)]),
      backlogRow(end, prediction),
      ...waitRows('wait until processed', null, prediction),
    ],
    notes: [
      `The figures of the service are the counts of the queue, read every ${intervalMs} ms${ageText(readyAgeMs)}. The backlog contains only the ready messages. The prediction also counts the messages that the service has taken and not finished.`,
      'A queue does not report when the service processed each message. So the waits are only predicted.',
    ],
  };
}

function ageText(ageMs: number): string {
  return ageMs === 0 ? '' : `. These counts are approximate, and up to ${ageMs / 1_000} s old`;
}

const NONE: Figures = { done: '', rows: [], notes: [] };

function doneRow(done: string, measured: number, prediction: Prediction): CompareRow {
  return { name: `scalability: ${done}`, unit: 'messages', cells: [measured, prediction?.messages ?? null] };
}

/** @param atMs time at which the service had finished all messages; null if this never happened */
function drainRow(
  name: string,
  atMs: number | null,
  firstStartMs: number,
  prediction: Prediction,
): CompareRow {
  const sinceStart = (ms: number) => (ms - firstStartMs) / 1000;
  return {
    name: `  ${name}`,
    unit: 's',
    benefit: 'scalability',
    cells: [
      atMs === null ? 'never' : sinceStart(atMs),
      prediction === null ? null : sinceStart(prediction.drainedAtMs),
    ],
  };
}

function backlogRow({ peakBacklog }: GroupEnd | QueueEnd, prediction: Prediction): CompareRow {
  const cells = [peakBacklog, prediction?.peakBacklog ?? null];
  return { name: '  largest backlog', unit: 'messages', benefit: 'scalability', cells };
}

/** @param measured null if no waiting times were measured */
function waitRows(
  name: string,
  measured: Pick<GroupEnd['waitMs'], 'p50' | 'p99' | 'max'> | null,
  prediction: Prediction,
): CompareRow[] {
  const row = (figure: string, measuredMs: number | null, percentile: number): CompareRow => {
    const predictedMs = prediction?.untilProcessed.percentileMs(percentile) ?? null;
    return {
      name: `  ${name}, ${figure}`,
      unit: 's',
      cells: [measuredMs, predictedMs].map((ms) => (ms === null ? null : ms / 1000)),
    };
  };
  return [
    row('p50', measured?.p50 ?? null, 50),
    row('p99', measured?.p99 ?? null, 99),
    row('longest', measured?.max ?? null, 100),
  ];
}

function uncommittedNotes({ messages, committed }: GroupEnd): string[] {
  if (committed === messages) return [];
  return [
    `The waits count only the ${plural(committed, 'committed message')}, not the ${messages - committed} that were not committed.`,
  ];
}

/** Writes a number with three significant digits. */
export function rounded(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en');
}
