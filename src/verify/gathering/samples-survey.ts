import { readJtl, type SampleRow } from '../../samples/jtl/jtl-reader.ts';

/** A person could not distinguish more labels than this either. */
const MAX_LABELS = 20;

/** Facts about the whole samples file that are needed to match its rows with messages. */
export interface SamplesSurvey {
  /** The labels of its rows, at most 20. */
  readonly labels: readonly string[];
  /** Whether loops count from 0, as in JMeter's own variable of a loop controller. */
  readonly countsFromZero: boolean;
  /** Whether each thread's rows are sorted by start time. */
  readonly isInOrder: boolean;
}

/** The facts about samples that qbl's own senders write. */
export const OWN_SAMPLES: SamplesSurvey = { labels: [], countsFromZero: false, isInOrder: true };

/** @throws QblError 'usage' if the file is not a JTL file */
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

/** Whether a row starts after the previous one of its thread. A thread sends one request at a time. */
function isAfter({ threadName, timeStampMs }: SampleRow, lastStartMs: Map<string, number>): boolean {
  const last = lastStartMs.get(threadName) ?? 0;
  lastStartMs.set(threadName, timeStampMs);
  return timeStampMs >= last;
}
