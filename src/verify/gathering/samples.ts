import { stat } from 'node:fs/promises';
import type { Identity } from '../../message/identity.ts';
import { AckTimes, type LongSpans } from '../../samples/gaps/ack-times.ts';
import { readJtl, type SampleRow } from '../../samples/jtl/jtl-reader.ts';
import { type Outcome, outcomeOf } from '../../samples/outcome.ts';
import { type RowWindow, SENT_BEFORE_ROW_MS, SENT_BEFORE_ROW_OF_BLAST_MS, windowOf } from '../row-window.ts';
import { rowsByStart } from './rows-by-start.ts';
import { SamplePlaces, type SamplesOf } from './sample-places.ts';
import { OWN_SAMPLES, type SamplesSurvey, surveySamples } from './samples-survey.ts';

export interface SamplesSource extends SamplesOf {
  readonly file: string;
  /** The sender that wrote the rows, such as `blast`. Null if it is not known. */
  readonly sender: string | null;
  readonly rejectedStatuses: ReadonlySet<number>;
  /** Whether the user supplied the file. Its rows may then be in another order, and its loops may count from 0. */
  readonly isForeign: boolean;
}

export interface SamplesRead {
  readonly rows: number;
  readonly acked: number;
  readonly rejected: number;
  /** Start of the earliest sample, epoch milliseconds. Infinity without samples. */
  readonly firstStartMs: number;
  /** Latest end of a sample. Minus infinity without samples. */
  readonly lastEndMs: number;
  /** Whether the last row is incomplete, because its writer was killed. */
  readonly torn: boolean;
  /** Number of rows that match no message: their thread, loop or label is not in the plan. */
  readonly unplaced: number;
  /** Number of rows of requests that put nothing into the queue. */
  readonly withoutMessage: number;
  /**
   * Whether qbl numbered the rows itself, because there is no column `loop`. Then a missing row shifts all rows after
   * it to other messages.
   */
  readonly numbered: boolean;
  /** Whether the order of two rows of a thread is unknown, and there is no column `loop`. */
  readonly ambiguous: boolean;
  /** The labels of a user's own file, if no plan says which of them are messages. */
  readonly labels: readonly string[];
  /** The longest spans without an acknowledgement. Null without rows of messages. */
  readonly longSpans: LongSpans | null;
}

/** Called with each message's outcome, the period in which it can have been sent, and its row. */
export type OnSample = (identity: Identity, outcome: Outcome, window: RowWindow, row: SampleRow) => void;

/** The result for a sender that was killed before its first row. */
const NOTHING: SamplesRead = {
  rows: 0,
  acked: 0,
  rejected: 0,
  firstStartMs: Number.POSITIVE_INFINITY,
  lastEndMs: Number.NEGATIVE_INFINITY,
  torn: false,
  unplaced: 0,
  withoutMessage: 0,
  numbered: false,
  ambiguous: false,
  labels: [],
  longSpans: null,
};

/** Reads a samples file. The file may be missing, because its sender may have been killed before creating it. */
export async function readSamplesIfAny(source: SamplesSource, onSample: OnSample): Promise<SamplesRead> {
  const file = await stat(source.file).catch(() => null);
  return file === null || file.size === 0 ? NOTHING : readSamples(source, onSample);
}

/** Reads a samples file, and passes each message's outcome to the callback. */
export async function readSamples(source: SamplesSource, onSample: OnSample): Promise<SamplesRead> {
  const survey = source.isForeign ? await surveySamples(source.file) : OWN_SAMPLES;
  const places = new SamplePlaces(source, survey);
  const beforeMs = source.sender === 'blast' ? SENT_BEFORE_ROW_OF_BLAST_MS : SENT_BEFORE_ROW_MS;
  const ackTimes = new AckTimes();
  const read = { ...NOTHING, labels: survey.labels };
  const onTorn = () => (read.torn = true);
  const onAmbiguous = () => (read.ambiguous = true);
  for await (const chunk of rowsOf(source.file, survey, { onTorn, onAmbiguous })) {
    for (const row of chunk) {
      read.rows++;
      read.firstStartMs = Math.min(read.firstStartMs, row.timeStampMs);
      const endMs = row.timeStampMs + row.elapsedMs;
      read.lastEndMs = Math.max(read.lastEndMs, endMs);
      read.numbered ||= row.loop === null;
      const place = places.of(row);
      if (place === 'no message') {
        read.withoutMessage++;
        continue;
      }
      const outcome = outcomeOf(row, source.rejectedStatuses);
      ackTimes.add(row.timeStampMs, endMs, outcome === 'acked');
      if (outcome === 'acked') read.acked++;
      if (outcome === 'rejected') read.rejected++;
      if (place === 'unplaced') read.unplaced++;
      else onSample(place, outcome, windowOf(row, beforeMs), row);
    }
  }
  return { ...read, longSpans: ackTimes.longest() };
}

async function* rowsOf(
  file: string,
  { isInOrder }: SamplesSurvey,
  { onTorn, onAmbiguous }: { readonly onTorn: () => void; readonly onAmbiguous: () => void },
): AsyncGenerator<readonly SampleRow[]> {
  if (isInOrder) {
    yield* readJtl(file, { outcomesOnly: true, onTorn });
    return;
  }
  const { rows, isAmbiguous } = await rowsByStart(file, onTorn);
  if (isAmbiguous) onAmbiguous();
  yield rows;
}
