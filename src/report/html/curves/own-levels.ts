import { type Columns, type Level, levelsOf } from './levels.ts';

/** One row of a timeline, without the messages of other runs. */
export type OwnLevel = Omit<Level, 'others'>;

export interface Arrived extends OwnLevel {
  /** Number of messages that arrived. Null if the queue did not answer. */
  readonly arrived: number | null;
}

/**
 * Yields the rows of a timeline without the messages of other runs. The backlog of the queue includes the messages of
 * all runs. So this function subtracts the messages of other runs that the service processed after the time of the row.
 * While the service still works, the final number of these messages is not known, so the backlog can be too large.
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
 * Adds the number of arrivals to each row: the processed messages plus the waiting messages. The two numbers come from
 * different moments, so a message that is processed in between counts twice. The number of arrivals never falls. So if
 * a later row has a smaller sum, that sum replaces the larger sums of earlier rows.
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
