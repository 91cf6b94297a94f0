import type { WhileStep } from '../../plan/flow/step.ts';
import type { FlowScope } from './flow-scope.ts';
import { AGAIN, type Child, type Found, Sequence } from './sequence.ts';

/** A loop with a condition. Source of its behaviour: JMeter's WhileController. */
export class While extends Sequence {
  readonly #step: WhileStep;

  constructor(step: WhileStep, children: readonly Child[], scope: FlowScope) {
    super(step, children, scope);
    this.#step = step;
  }

  override endLoop(): void {
    super.endLoop();
    this.#isOver(true);
    this.resetIteration();
  }

  override onIterationOf(): void {
    this.reinitialize();
    this.resetIteration();
  }

  protected override step(): Found {
    this.#show();
    const found = this.isFirst && this.#isOver(false) ? this.#over() : super.step();
    this.#show();
    return found;
  }

  protected override endIteration(): null | typeof AGAIN {
    this.reinitialize();
    return this.#isOver(true) ? this.#over() : AGAIN;
  }

  #over(): null {
    this.resetIteration();
    return null;
  }

  /** An empty condition counts only at the end of a loop. */
  #isOver(isAtEnd: boolean): boolean {
    const condition = this.scope.textOf(this.#step.condition).trim().toLowerCase();
    if (condition === 'last' || (condition === '' && isAtEnd)) return !this.scope.lastSucceeded;
    return condition === 'false';
  }

  #show(): void {
    this.scope.showIndex(this.name, this.iteration);
  }
}
