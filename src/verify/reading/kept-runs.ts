import { carriesIdentity } from '../../plan/placements.ts';
import type { KnownRun } from './run-periods.ts';

/**
 * Keeps the run.json of each run from the first message of the run on. Until then, a sender that failed can start again
 * with another run.json, and the messages are read for the later start.
 */
export class KeptRuns {
  readonly #runs: readonly string[];
  readonly #latest: (run: string) => KnownRun | null;
  readonly #known = new Map<string, KnownRun>();
  readonly #kept = new Set<string>();

  /** @param latest returns the present run.json of a run; null if the file is missing */
  constructor(runs: readonly string[], latest: (run: string) => KnownRun | null) {
    this.#runs = runs;
    this.#latest = latest;
  }

  /** The run.json for which the messages of a run are read. Null if the file is missing. */
  readonly of = (run: string): KnownRun | null => this.#known.get(run) ?? this.#look(run);

  /**
   * Looks whether the run.json of a run has changed. Call it before each batch of messages. If the messages of a run
   * carry no identity, each message may be of the run, so its run.json is kept at once.
   */
  look(): void {
    for (const run of this.#runs) {
      const known = this.#kept.has(run) ? null : this.#look(run);
      if (known !== null && !carriesIdentity(known.plan)) this.keep(run);
    }
  }

  /** Call it with the run of each message that was recognised. */
  keep(run: string): void {
    if (this.of(run) !== null) this.#kept.add(run);
  }

  /** Start of the run whose messages were read, in epoch milliseconds. Null if no message was read for a start. */
  startOf(run: string): number | null {
    return this.#kept.has(run) ? (this.of(run)?.startedAtMs ?? null) : null;
  }

  #look(run: string): KnownRun | null {
    const known = this.#latest(run);
    if (known === null) this.#known.delete(run);
    else this.#known.set(run, known);
    return known;
  }
}
