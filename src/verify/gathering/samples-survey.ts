import { readJtl, type SampleRow } from '../../samples/jtl/jtl-reader.ts';

/** Maximum number of labels that are collected, because they are shown to the user. */
const MAX_LABELS = 20;

/** Facts about a whole samples file, which are needed to match its rows with messages. */
export interface SamplesSurvey {
  /** The labels of the rows, at most 20. */
  readonly labels: readonly string[];
  /** Whether loops are counted from 0, as in the variable of JMeter's loop controller. */
  readonly countsFromZero: boolean;
  /** Whether the rows of each thread are sorted by start time. */
  readonly isInOrder: boolean;
}

/** The facts that hold for every samples file that a sender of qbl wrote. */
export const OWN_SAMPLES: SamplesSurvey = { labels: [], countsFromZero: false, isInOrder: true };

/**
 * Reads the facts about a samples file.
 * @throws QblError 'usage' if it is not a JTL file
 */
export async function surveySamples(file: string): Promise<SamplesSurvey> {
  const labels = new Set<string>();
  const lastStartMs = new Map<string, number>();
  let countsFromZero = false;
  let isInOrder = true;
  for await (const rows of readJtl(file, { outcomesOnly: true })) {
    for (const row of rows) {
      if (labels.size < MAX_LABELS) labels.add(row.label);
      countsFromZero ||= row.loop === 0;
      if (row.loop === null) isInOrder &&= isAfter(row, lastStartMs);
    }
  }
  return { labels: [...labels], countsFromZero, isInOrder };
}

/** Whether a row starts after the previous row of its thread. A thread sends one request at a time. */
function isAfter({ threadName, timeStampMs }: SampleRow, lastStartMs: Map<string, number>): boolean {
  const last = lastStartMs.get(threadName) ?? 0;
  lastStartMs.set(threadName, timeStampMs);
  return timeStampMs >= last;
}
