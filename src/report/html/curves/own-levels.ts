import { type Level, levelsOf } from './levels.ts';

/** A level without the messages of other runs. */
export type OwnLevel = Omit<Level, 'others'>;

export interface Arrived extends OwnLevel {
  /** Null: the queue did not answer. */
  readonly arrived: number | null;
}

/**
 * The levels of a run. The queue counts messages of every run, so those of other runs that are done later are taken out
 * of its backlog. While the service still works, their number is not known yet.
 */
export async function* ownLevelsOf(file: string, startMs: number): AsyncGenerator<OwnLevel> {
  let total = 0;
  for await (const level of levelsOf(file, startMs)) total = level.others;
  for await (const { others, backlog, ...level } of levelsOf(file, startMs)) {
    yield { ...level, backlog: backlog === null ? null : Math.max(0, backlog - Math.max(0, total - others)) };
  }
}

/**
 * With the number of arrivals, which is what is done and what waits. The two counts come from different moments: a message
 * that is done in between counts twice for a while. Arrivals never become fewer, so a later, smaller sum corrects the
 * earlier ones.
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
