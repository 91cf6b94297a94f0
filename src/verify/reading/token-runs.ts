import type { TokenRun } from '../../message/reading/token-reader.ts';
import { usesBody, usesTokens } from '../../plan/placements.ts';
import type { Plan } from '../../plan/plan.ts';
import { tokenRun } from '../../plan/tokens/token-run.ts';

interface Started {
  readonly plan: Plan;
  readonly startedAtMs: number;
}

/**
 * Knows how the messages of each run are identified. If the run.json of a run does not exist yet, looks for it again
 * later.
 */
export class TokenRuns {
  readonly #known: (run: string) => Started | null;
  #unknown: readonly string[];
  readonly #tokens: TokenRun[] = [];
  readonly #instead: Partial<TokenRun>;
  #someUseBody = false;

  /**
   * Prepares for the messages of some runs.
   * @param instead ways to find and compare tokens; they replace those in the plan of each run
   */
  constructor(
    runs: readonly string[],
    known: (run: string) => Started | null,
    instead: Partial<Pick<TokenRun, 'find' | 'content'>> = {},
  ) {
    this.#instead = instead;
    this.#unknown = runs;
    this.#known = known;
  }

  /** The runs that are known by now and use tokens. */
  get tokens(): readonly TokenRun[] {
    return this.#tokens;
  }

  /** Whether a run may have its identity under the reserved key `qbl`. True for a run without run.json. */
  get mayUseBody(): boolean {
    return this.#someUseBody || this.#unknown.length > 0;
  }

  /** Whether a run may have a token as its identity. True for a run without run.json. */
  get mayUseTokens(): boolean {
    return this.#tokens.length > 0 || this.#unknown.length > 0;
  }

  /** Looks for the run.json of each run that is not known yet. Call it before each batch of messages. */
  lookUp(): void {
    if (this.#unknown.length === 0) return;
    this.#unknown = this.#unknown.filter((run) => {
      const started = this.#known(run);
      if (started === null) return true;
      this.#someUseBody ||= usesBody(started.plan);
      if (usesTokens(started.plan)) {
        const ofPlan = tokenRun(started.plan, { run, startedAtMs: started.startedAtMs });
        this.#tokens.push({ ...ofPlan, ...this.#instead });
      }
      return false;
    });
  }
}
