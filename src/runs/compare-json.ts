import { replaceJson } from './json-file.ts';
import { type RunFolder, runFiles } from './run-folder.ts';

/** A table of figures side by side; docs/run-folder.md explains each to its readers. */
export interface CompareRecord {
  readonly schema: 'qbl.compare/1';
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly CompareRow[];
  /** What has to be known to read it, as sentences. */
  readonly notes: readonly string[];
}

export interface CompareRow {
  readonly name: string;
  readonly unit: string;
  /** One for each column; null: there is no such figure. */
  readonly cells: readonly (number | string | null)[];
}

export async function writeCompare(folder: RunFolder, record: CompareRecord): Promise<void> {
  await replaceJson(runFiles(folder).compare, record);
}
