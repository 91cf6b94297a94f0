/** Maximum number of steps for all texts of a sample. They take about a second. */
const MAX_STEPS = 2_000_000;

/** The expressions of a sample need more steps than qbl takes. */
export class TooManySteps extends Error {}

/** The steps that the expressions of one sample may take together. */
export class StepBudget {
  #left = MAX_STEPS;

  /** Begins with the next sample. */
  renew(): void {
    this.#left = MAX_STEPS;
  }

  /** @throws TooManySteps */
  take(): void {
    if (--this.#left < 0) throw new TooManySteps();
  }
}
