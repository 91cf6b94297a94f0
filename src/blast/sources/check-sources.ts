import type { Plan } from '../../plan/plan.ts';
import { CsvCursor } from './csv-cursors.ts';

/**
 * Checks that the files of a plan can be read.
 * @throws QblError 'usage' that names the first file that cannot be read
 */
export function checkSources({ threadGroups }: Plan): void {
  for (const { sources = [] } of threadGroups)
    for (const source of sources) if (source.kind === 'csv') new CsvCursor(source);
}
