import { TextMemory } from './text-memory.ts';

/** What the functions remember during one run. A call of a function in the plan is an object of its own. */
export class RunMemory {
  /** The texts of files. Null for a file that cannot be read. */
  readonly files = new TextMemory();
  /** The lines of files. */
  readonly lines = new Map<string, readonly string[]>();
  readonly #counts = new WeakMap<object, number>();
  readonly #countsOfThreads = new WeakMap<object, WeakMap<object, number>>();

  /** Counts how often a call was made: from 1, by all threads (null) or by one thread. */
  count(call: object, thread: object | null): number {
    if (thread === null) return counted(this.#counts, call);
    const counts = this.#countsOfThreads.get(call) ?? new WeakMap<object, number>();
    this.#countsOfThreads.set(call, counts);
    return counted(counts, thread);
  }
}

function counted(counts: WeakMap<object, number>, key: object): number {
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  return count;
}
