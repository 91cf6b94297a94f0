import { MAX_INDEX } from '../../message/identity.ts';
import { type FilledText, writtenText } from './filled-text.ts';
import { RunMemory } from './functions/run-memory.ts';

/** The variable that says whether the last sample of the thread was a success. Source: JMeterThread.java. */
export const LAST_SAMPLE_OK = 'JMeterThread.last_sample_ok';

/** The variables of one thread, by name. Source: JMeterVariables.java. */
export class ThreadVariables {
  readonly #values: Map<string, string>;
  /** What functions remember. All threads of a run share it. */
  readonly run: RunMemory;

  constructor(values: Iterable<readonly [name: string, value: string]> = [], run = new RunMemory()) {
    this.#values = new Map(values);
    this.run = run;
  }

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  set(name: string, value: string): void {
    this.#values.set(name, value);
  }

  delete(name: string): void {
    this.#values.delete(name);
  }
}

/** The variables of all threads of one run. */
export class AllThreadVariables {
  readonly #initial: Readonly<Record<string, FilledText>>;
  readonly #run: string;
  readonly #memory = new RunMemory();
  readonly #threads = new Map<number, ThreadVariables>();

  /** @param initial the variables that each thread has when it starts. They mention no variable but `run`. */
  constructor(initial: Readonly<Record<string, FilledText>> = {}, run = '') {
    this.#initial = initial;
    this.#run = run;
  }

  /** Returns the variables of a thread. Both numbers count from 1. */
  of(group: number, thread: number): ThreadVariables {
    const place = group * MAX_INDEX + thread;
    const known = this.#threads.get(place) ?? new ThreadVariables(this.#values(), this.#memory);
    this.#threads.set(place, known);
    return known;
  }

  *#values(): Iterable<readonly [string, string]> {
    yield [LAST_SAMPLE_OK, 'true'];
    for (const [name, text] of Object.entries(this.#initial))
      yield [name, text.map((part) => ('mention' in part ? this.#run : writtenText([part]))).join('')];
  }
}
