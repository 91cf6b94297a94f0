import { stat } from 'node:fs/promises';
import { isIdentity } from '../message/claim.ts';
import type { Identity } from '../message/identity.ts';
import { isPlanned, type Plan } from '../plan/plan.ts';
import { readJtl, type SampleRow } from '../samples/jtl-reader.ts';
import { type Outcome, outcomeOf } from '../samples/outcome.ts';
import { parseThreadName } from '../samples/thread-name.ts';

export interface SamplesRead {
  readonly rows: number;
  readonly acked: number;
  /** Start of the earliest sample, epoch milliseconds; infinite without samples. */
  readonly firstStartMs: number;
  /** End of the sample that ended last; minus infinity without samples. */
  readonly lastEndMs: number;
  /** The writer was killed within a row. */
  readonly torn: boolean;
  /** Rows that tell of no message: a thread, a loop or a label that the plan does not have. */
  readonly unplaced: number;
  /** Without the column `loop` rows are numbered: one that is missing makes all that follow it name another message. */
  readonly numbered: boolean;
}

/** What a sender has written that was killed before its first row. */
const NOTHING: SamplesRead = {
  rows: 0,
  acked: 0,
  firstStartMs: Number.POSITIVE_INFINITY,
  lastEndMs: Number.NEGATIVE_INFINITY,
  torn: false,
  unplaced: 0,
  numbered: false,
};

/** Reads the samples of a sender that may have been killed before it made the file. */
export async function readSamplesIfAny(...parameters: Parameters<typeof readSamples>): Promise<SamplesRead> {
  const file = await stat(parameters[0]).catch(() => null);
  return file === null || file.size === 0 ? NOTHING : readSamples(...parameters);
}

/** Reads a samples file and hands over each message's outcome. */
export async function readSamples(
  file: string,
  run: string,
  plan: Plan | null,
  rejectedStatuses: ReadonlySet<number>,
  onSample: (identity: Identity, outcome: Outcome) => void,
): Promise<SamplesRead> {
  const loops = new LoopCounter();
  const requests = new RequestNumbers(plan);
  let rows = 0;
  let acked = 0;
  let firstStartMs = Number.POSITIVE_INFINITY;
  let lastEndMs = Number.NEGATIVE_INFINITY;
  let unplaced = 0;
  let torn = false;
  let numbered = false;
  for await (const chunk of readJtl(file, { outcomesOnly: true, onTorn: () => (torn = true) })) {
    for (const row of chunk) {
      rows++;
      firstStartMs = Math.min(firstStartMs, row.timeStampMs);
      lastEndMs = Math.max(lastEndMs, row.timeStampMs + row.elapsedMs);
      numbered ||= row.loop === null;
      const identity = identityOf(row, run, requests, loops);
      const outcome = outcomeOf(row.responseCode, row.responseMessage, rejectedStatuses);
      if (outcome === 'acked') acked++;
      if (identity === null || (plan !== null && !isPlanned(plan, identity))) unplaced++;
      else onSample(identity, outcome);
    }
  }
  return { rows, acked, firstStartMs, lastEndMs, torn, unplaced, numbered };
}

function identityOf(
  row: SampleRow,
  run: string,
  requests: RequestNumbers,
  loops: LoopCounter,
): Identity | null {
  const place = parseThreadName(row.threadName);
  const request = requests.of(row.label, place?.group ?? 0);
  if (place === null || request === null) return null;
  const loop = row.loop ?? loops.next(`${row.threadName}\n${request}`);
  const identity = { run, ...place, loop, request };
  return isIdentity(identity) ? identity : null;
}

/** The number of a request by its label. Without a plan only the first label is one: nobody knows the others' order. */
class RequestNumbers {
  readonly #plan: Plan | null;
  #onlyLabel: string | null = null;

  constructor(plan: Plan | null) {
    this.#plan = plan;
  }

  of(label: string, group: number): number | null {
    if (this.#plan === null) {
      this.#onlyLabel ??= label;
      return label === this.#onlyLabel ? 1 : null;
    }
    const index = this.#plan.threadGroups[group - 1]?.requests.findIndex(({ name }) => name === label) ?? -1;
    return index === -1 ? null : index + 1;
  }
}

/** Without the column `loop`, the n-th row of a thread is loop n. */
class LoopCounter {
  readonly #loops = new Map<string, number>();

  next(thread: string): number {
    const loop = (this.#loops.get(thread) ?? 0) + 1;
    this.#loops.set(thread, loop);
    return loop;
  }
}
