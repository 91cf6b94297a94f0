import type { ForEachStep } from '../../plan/flow/step.ts';
import type { FlowScope } from './flow-scope.ts';
import { AGAIN, type Child, type Found, Sequence } from './sequence.ts';

/** A loop over variables with numbers. Source of its behaviour: JMeter's ForeachController. */
export class ForEach extends Sequence {
  readonly #step: ForEachStep;
  #loop = 0;

  constructor(step: ForEachStep, children: readonly Child[], scope: FlowScope) {
    super(step, children, scope);
    this.#step = step;
  }

  override get iteration(): number {
    return this.#loop + 1;
  }

  /** Sets the variable of the loop, because JMeter does so whenever it asks whether the controller is done. */
  override isDone(): boolean {
    if (this.#loop >= this.#step.end) return true;
    const value = this.#value();
    if (value === undefined) return super.isDone();
    this.scope.variables.set(this.#step.output, value);
    return false;
  }

  override initialize(): void {
    super.initialize();
    this.#loop = this.#step.start;
  }

  override endLoop(): void {
    super.endLoop();
    this.#loop = this.#step.start;
  }

  override onIterationOf(): void {
    this.#over();
  }

  protected override step(): Found {
    this.#show();
    const found = this.#value() === undefined ? this.#over() : super.step();
    this.#show();
    return found;
  }

  protected override endIteration(): null | typeof AGAIN {
    this.reinitialize();
    if (this.#value() !== undefined && this.#loop < this.#step.end) return AGAIN;
    this.#loop = this.#step.start;
    return null;
  }

  protected override reinitialize(): void {
    this.rewind();
    this.#loop += 1;
  }

  #over(): null {
    this.reinitialize();
    this.#loop = this.#step.start;
    return null;
  }

  #value(): string | undefined {
    const { input, separator } = this.#step;
    return this.scope.variables.get(`${this.scope.textOf(input)}${separator}${this.#loop + 1}`);
  }

  #show(): void {
    this.scope.showIndex(this.name, this.#loop);
  }
}
