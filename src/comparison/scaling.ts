import { plural } from '../plural.ts';
import type { CompareRecord } from '../runs/documents/compare-json.ts';
import { hasFigure, ROWS } from './rows.ts';

/** The measured and predicted figures of a run with `instances` instances. */
export interface ScaledRun {
  readonly instances: number;
  readonly comparison: CompareRecord;
}

/** Compares runs with different numbers of instances. Each run has two columns. */
export function scalingOf(runs: readonly ScaledRun[]): CompareRecord {
  const rows = ROWS.map(({ name, unit }) => ({
    name,
    unit,
    cells: runs.flatMap(({ comparison }) => {
      const row = comparison.rows.find((candidate) => candidate.name === name);
      const [measured = null, predicted = null] = row?.cells ?? [];
      return [measured, predicted];
    }),
  }));
  return {
    schema: 'qbl.compare/1',
    title: 'With more instances',
    columns: runs.flatMap(({ instances }) => [plural(instances, 'instance'), 'predicted']),
    rows: rows.filter(hasFigure),
    notes: [],
  };
}
