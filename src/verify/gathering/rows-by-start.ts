import { readJtl, type SampleRow } from '../../samples/jtl/jtl-reader.ts';

export interface RowsByStart {
  readonly rows: readonly SampleRow[];
  /** Two rows of a thread have the same start and end and another answer: nobody knows which came first. */
  readonly isAmbiguous: boolean;
}

/**
 * All rows of a samples file by their starts. Somebody has sorted the file by something else, and only the starts tell
 * which of a thread's rows is which. All of them are in memory meanwhile.
 */
export async function rowsByStart(file: string, onTorn: () => void): Promise<RowsByStart> {
  const rows: SampleRow[] = [];
  for await (const chunk of readJtl(file, { outcomesOnly: true, onTorn })) rows.push(...chunk);
  rows.sort((a, b) => a.timeStampMs - b.timeStampMs || a.elapsedMs - b.elapsedMs);
  return { rows, isAmbiguous: isAmbiguous(rows) };
}

function isAmbiguous(rows: readonly SampleRow[]): boolean {
  const lastOf = new Map<string, SampleRow>();
  return rows.some((row) => {
    const last = lastOf.get(row.threadName);
    lastOf.set(row.threadName, row);
    const isTie = last?.timeStampMs === row.timeStampMs && last.elapsedMs === row.elapsedMs;
    return isTie && (last.responseCode !== row.responseCode || last.label !== row.label);
  });
}
