import { readJtl, type SampleRow } from '../../samples/jtl/jtl-reader.ts';

export interface RowsByStart {
  readonly rows: readonly SampleRow[];
  /**
   * Whether two rows of a thread have the same times and different results. If so, the order of the rows is not known.
   */
  readonly isAmbiguous: boolean;
}

/**
 * Reads all rows of a samples file into memory and sorts them by start time. If a file has another order, only the
 * start times show the order of a thread's rows.
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
    return (
      isTie &&
      (last.responseCode !== row.responseCode ||
        last.outcome !== row.outcome ||
        last.label !== row.label ||
        last.request !== row.request)
    );
  });
}
