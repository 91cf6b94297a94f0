import { type Columns, type Level, levelsOf } from './levels.ts';

/** A level without the messages of other runs. */
export type OwnLevel = Omit<Level, 'others'>;

export interface Arrived extends OwnLevel {
  /** Number of messages that arrived. Null if the queue did not answer. */
  readonly arrived: number | null;
}

/**
 * Yields the rows of a timeline without messages of other runs. The backlog of the queue includes the
 * messages of all runs, so those of other runs that were processed later are subtracted. While the service
 * still works, their number is not known.
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
 * Adds the number of arrivals to each row. It is the number of processed messages plus the number of waiting
 * messages. The two counts come from different moments, so a message that was processed in between counts
 * twice for a while. The number of arrivals never falls, so a later, smaller sum corrects the earlier ones.
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
