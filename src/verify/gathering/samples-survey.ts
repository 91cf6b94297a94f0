import { readJtl, type SampleRow } from '../../samples/jtl/jtl-reader.ts';

/** More labels than these are not told apart by a person either. */
const MAX_LABELS = 20;

/** What has to be known of a whole samples file before a row of it can be given to a message. */
export interface SamplesSurvey {
  /** The labels of its rows, up to 20. */
  readonly labels: readonly string[];
  /** Loops count from 0, as JMeter's own variable of a loop controller does. */
  readonly countsFromZero: boolean;
  /** Each thread's rows stand in the order of their starts. */
  readonly isInOrder: boolean;
}

/** What qbl's own senders write. */
export const OWN_SAMPLES: SamplesSurvey = { labels: [], countsFromZero: false, isInOrder: true };

/** @throws QblError 'usage' for what is no JTL */
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

/** One thread sends one request after the other. */
function isAfter({ threadName, timeStampMs }: SampleRow, lastStartMs: Map<string, number>): boolean {
  const last = lastStartMs.get(threadName) ?? 0;
  lastStartMs.set(threadName, timeStampMs);
  return timeStampMs >= last;
}
