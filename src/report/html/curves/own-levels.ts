import { type Columns, type Level, levelsOf } from './levels.ts';

/** A level without the messages of other runs. */
export type OwnLevel = Omit<Level, 'others'>;

export interface Arrived extends OwnLevel {
  /** Null if the queue did not answer. */
  readonly arrived: number | null;
}

/**
 * The levels of a run. The queue counts the messages of all runs. So this subtracts the messages of other runs that were
 * processed later. While the service still works, their number is unknown.
 */
export async function* ownLevelsOf(
  file: string,
  startMs: number,
  columns: Columns,
): AsyncGenerator<OwnLevel> {
  let total = 0;
  for await (const level of levelsOf(file, startMs, columns)) total = level.others;
  for await (const { others, backlog, ...level } of levelsOf(file, startMs, columns)) {
    yield { ...level, backlog: backlog === null ? null : Math.max(0, backlog - Math.max(0, total - others)) };
  }
}

/**
 * Adds the number of arrivals: processed plus waiting messages. The two counts come from different moments, so a message
 * that was processed in between counts twice for a while. The number of arrivals never falls. So a later, smaller sum
 * corrects the earlier ones.
 */
export function arrivedOf(levels: readonly OwnLevel[]): Arrived[] {
  let least = Number.POSITIVE_INFINITY;
  return levels
    .toReversed()
    .map((level) => {
      if (level.backlog === null) return { ...level, arrived: null };
      least = Math.min(least, level.processed + level.backlog);
      return { ...level, arrived: least };
    })
    .toReversed();
}
