import type { IfStep } from '../../plan/flow/step.ts';
import type { FlowScope } from './flow-scope.ts';
import { type Child, type Found, Sequence } from './sequence.ts';

/** A controller with a condition. Source of its behaviour: JMeter's IfController. */
export class If extends Sequence {
  readonly #step: IfStep;

  constructor(step: IfStep, children: readonly Child[], scope: FlowScope) {
    super(step, children, scope);
    this.#step = step;
  }

  override isDone(): boolean {
    return false;
  }

  override endLoop(): void {
    this.initializeControllers();
    super.endLoop();
  }

  protected override step(): Found {
    if ((!this.#step.evaluatesAll && !this.isFirst) || this.#isTrue()) return super.step();
    this.scope.countStep();
    this.initializeControllers();
    return this.endIteration();
  }

  #isTrue(): boolean {
    const condition = this.scope.textOf(this.#step.condition).trim();
    return this.#step.isScript ? this.scope.isTrueScript(condition) : condition.toLowerCase() === 'true';
  }
}
