import type { TokenRun } from '../../message/reading/token-reader.ts';
import { usesBody, usesTokens } from '../../plan/placements.ts';
import type { Plan } from '../../plan/plan.ts';
import { tokenRun } from '../../plan/tokens/token-run.ts';

interface Started {
  readonly plan: Plan;
  readonly startedAtMs: number;
}

/** Knows how the messages of each run are identified. The run.json of a run may not exist yet, or may still change. */
export class TokenRuns {
  readonly #runs: readonly string[];
  readonly #known: (run: string) => Started | null;
  readonly #instead: Partial<TokenRun>;
  #started: readonly (Started | null)[] = [];
  #tokens: readonly TokenRun[] = [];
  #mayUseBody = true;
  #someUnknown = true;

  /**
   * Prepares for the messages of some runs.
   * @param instead ways to find and compare tokens; they replace those in the plan of each run
   */
  constructor(
    runs: readonly string[],
    known: (run: string) => Started | null,
    instead: Partial<Pick<TokenRun, 'find' | 'content'>> = {},
  ) {
    this.#runs = runs;
    this.#known = known;
    this.#instead = instead;
  }

  /** The runs that are known by now and use tokens. */
  get tokens(): readonly TokenRun[] {
    return this.#tokens;
  }

  /** Whether a run may have its identity under the reserved key `qbl`. True for a run without run.json. */
  get mayUseBody(): boolean {
    return this.#mayUseBody;
  }

  /** Whether a run may have a token as its identity. True for a run without run.json. */
  get mayUseTokens(): boolean {
    return this.#tokens.length > 0 || this.#someUnknown;
  }

  /** Looks whether the run.json of a run is new. Call it before each batch of messages. */
  lookUp(): void {
    const started = this.#runs.map(this.#known);
    if (started.every((each, index) => each === this.#started[index])) return;
    this.#started = started;
    this.#someUnknown = started.includes(null);
    this.#mayUseBody = started.some((each) => each === null || usesBody(each.plan));
    this.#tokens = started.flatMap((each, index) => this.#tokensOf(this.#runs[index] ?? '', each));
  }

  #tokensOf(run: string, started: Started | null): readonly TokenRun[] {
    if (started === null || !usesTokens(started.plan)) return [];
    return [{ ...tokenRun(started.plan, { run, startedAtMs: started.startedAtMs }), ...this.#instead }];
  }
}
