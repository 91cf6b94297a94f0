import { stat } from 'node:fs/promises';
import { QblError } from '../../error.ts';
import type { Identity } from '../../message/identity.ts';
import { hasRules } from '../../plan/plan.ts';
import { AckTimes, type LongSpans } from '../../samples/gaps/ack-times.ts';
import { isTransaction, readJtl, type SampleRow } from '../../samples/jtl/jtl-reader.ts';
import { type Outcome, outcomeOf, recurringOutcome } from '../../samples/outcome.ts';
import { type RowWindow, SENT_BEFORE_ROW_MS, SENT_BEFORE_ROW_OF_BLAST_MS, windowOf } from '../row-window.ts';
import { rowsByStart } from './rows-by-start.ts';
import { SamplePlaces, type SamplesOf } from './sample-places.ts';
import { OWN_SAMPLES, type SamplesSurvey, surveySamples } from './samples-survey.ts';

export interface SamplesSource extends SamplesOf {
  readonly file: string;
  /** The command that wrote the rows, such as `blast`. Null if it is not known. */
  readonly sender: string | null;
  readonly rejectedStatuses: ReadonlySet<number>;
  /**
   * Whether the user named the file. The rows of such a file may have another order, and its loops may be
   * counted from 0.
   */
  readonly isForeign: boolean;
}

export interface SamplesRead {
  readonly rows: number;
  /** Number of messages that were acknowledged. */
  readonly acked: number;
  /** Number of rows that were acknowledged, also of requests that send no message. */
  readonly ackedRows: number;
  readonly rejected: number;
  /** Start time of the earliest sample, in epoch milliseconds. Infinity without samples. */
  readonly firstStartMs: number;
  /** End time of the sample that ended last, in epoch milliseconds. Minus infinity without samples. */
  readonly lastEndMs: number;
  /** Whether the last row is incomplete, because its writer was killed. */
  readonly torn: boolean;
  /** Number of rows without a message of the plan: their thread, loop or label is not in the plan. */
  readonly unplaced: number;
  /** Number of rows whose requests send no message to the queue. */
  readonly withoutMessage: number;
  /**
   * Whether qbl numbered the loops itself, because the column `loop` is missing. If a row is missing in that case, qbl
   * matches later rows of the same thread and request with the wrong messages.
   */
  readonly numbered: boolean;
  /** Whether the column `loop` is missing and the order of two rows of a thread is not known. */
  readonly ambiguous: boolean;
  /** Number of rows whose column `outcome` has another word than acked, rejected or indeterminate. */
  readonly unreadableOutcomes: number;
  /** Number of rows without the column `outcome`, although the plan has rules for outcomes. */
  readonly withoutOutcome: number;
  /** The labels of a user's own file, if it is not known which of them have messages. */
  readonly labels: readonly string[];
  /** The longest times without an acknowledgement. Null if no row belongs to a message. */
  readonly longSpans: LongSpans | null;
}

/** Called with each message's outcome, the period in which it can have been sent, and its row. */
export type OnSample = (identity: Identity, outcome: Outcome, window: RowWindow, row: SampleRow) => void;

/** The result if the sender was killed before it wrote a row. */
const NOTHING: SamplesRead = {
  rows: 0,
  acked: 0,
  ackedRows: 0,
  rejected: 0,
  firstStartMs: Number.POSITIVE_INFINITY,
  lastEndMs: Number.NEGATIVE_INFINITY,
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

/**
 * Reads a samples file. Returns an empty result if the file is missing, because its sender may have been killed early.
 */
export async function readSamplesIfAny(source: SamplesSource, onSample: OnSample): Promise<SamplesRead> {
  const file = await stat(source.file).catch(() => null);
  return file === null || file.size === 0 ? NOTHING : readSamples(source, onSample);
}

/** Reads a samples file. Calls `onSample` for each message. */
export async function readSamples(source: SamplesSource, onSample: OnSample): Promise<SamplesRead> {
  const survey = source.isForeign ? await surveySamples(source.file) : OWN_SAMPLES;
  const places = new SamplePlaces(source, survey);
  const beforeMs = source.sender === 'blast' ? SENT_BEFORE_ROW_OF_BLAST_MS : SENT_BEFORE_ROW_MS;
  // The sender writes the column `outcome`, because only the sender had the whole response and could apply
  // the rules.
  const isDecidedBySender = source.plan !== null && hasRules(source.plan);
  const ackTimes = new AckTimes();
  const read = { ...NOTHING, labels: survey.labels };
  const onTorn = () => (read.torn = true);
  const onAmbiguous = () => (read.ambiguous = true);
  const decided = recurringOutcome((row) => outcomeOf(row, source.rejectedStatuses));
  // A function of its own, because V8 optimises a function that is called often better than a loop that runs once.
  const add = (row: SampleRow): void => {
    read.rows++;
    read.firstStartMs = Math.min(read.firstStartMs, row.timeStampMs);
    const endMs = row.timeStampMs + row.elapsedMs;
    read.lastEndMs = Math.max(read.lastEndMs, endMs);
    read.numbered ||= row.loop === null;
    const isUndecided = isDecidedBySender && row.outcome === undefined;
    const outcome = isUndecided ? 'indeterminate' : decided(row);
    if (outcome === 'acked' && !isTransaction(row)) read.ackedRows++;
    const place = places.of(row);
    if (place === 'no message') {
      read.withoutMessage++;
      return;
    }
    if (row.outcome !== undefined && row.place === undefined) mustNotBeDecided(source);
    if (row.outcome === 'unreadable') read.unreadableOutcomes++;
    if (isUndecided) read.withoutOutcome++;
    ackTimes.add(row.timeStampMs, endMs, outcome === 'acked');
    if (outcome === 'acked') read.acked++;
    if (outcome === 'rejected') read.rejected++;
    if (place === 'unplaced') read.unplaced++;
    else onSample(place, outcome, windowOf(row, beforeMs), row);
  };
  for await (const chunk of rowsOf(source.file, survey, { onTorn, onAmbiguous }))
    for (const row of chunk) add(row);
  return { ...read, longSpans: ackTimes.longest() };
}

/**
 * Refuses --rejected-status for rows whose outcome the sender has already decided. Otherwise qbl would ignore
 * the option without a message.
 */
function mustNotBeDecided({ file, rejectedStatuses }: SamplesSource): void {
  if (rejectedStatuses.size === 0) return;
  throw new QblError(
    'usage',
    `--rejected-status cannot be used with ${file}: its column "outcome" has the outcomes`,
    {
      hint: 'Leave out --rejected-status. The sender decided the outcomes when the responses came.',
    },
  );
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
