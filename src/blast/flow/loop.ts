import type { LoopStep } from '../../plan/flow/step.ts';
import { javaInt } from '../../plan/language/java-int.ts';
import type { FlowScope } from './flow-scope.ts';
import { AGAIN, type Child, type Found, Sequence } from './sequence.ts';

/** A controller with a number of loops. Source of its behaviour: JMeter's LoopController. */
export class Loop extends Sequence {
  readonly #step: Pick<LoopStep, 'count' | 'startsAgain'>;
  #loop = 0;
  #count: number | null = null;

  constructor(
    step: Pick<LoopStep, 'name' | 'number' | 'count' | 'startsAgain'>,
    children: readonly Child[],
    scope: FlowScope,
  ) {
    super(step, children, scope);
    this.#step = step;
  }

  override get iteration(): number {
    return this.#loop + 1;
  }

  override endLoop(): void {
    super.endLoop();
    this.#reset();
  }

  override onIterationOf(): void {
    this.reinitialize();
    this.#reset();
  }

  /** Starts the next loop after a failed sample. */
  startNextLoop(): void {
    this.reinitialize();
  }

  protected override step(): Found {
    this.#show();
    const found = this.#isOver() ? this.#over() : super.step();
    this.#show();
    return found;
  }

  protected override endIteration(): null | typeof AGAIN {
    this.reinitialize();
    if (!this.#isOver()) return AGAIN;
    if (this.#step.startsAgain) this.#reset();
    else this.setDone();
    return null;
  }

  protected override reinitialize(): void {
    this.rewind();
    this.#loop += 1;
  }

  protected override setDone(): void {
    this.#count = null;
    super.setDone();
  }

  #over(): null {
    if (!this.#step.startsAgain) this.setDone();
    return null;
  }

  #isOver(): boolean {
    // JMeter evaluates the number again if it was 0 or -1.
    if (this.#count === null || this.#count === 0 || this.#count === -1)
      this.#count = javaInt(this.scope.textOf(this.#step.count));
    return this.#count >= 0 && this.#loop >= this.#count;
  }

  #reset(): void {
    this.#loop = 0;
    this.#count = null;
  }

  #show(): void {
    this.scope.showIndex(this.name, this.#loop);
  }
}
