import type { ControllerStep } from '../../plan/flow/step.ts';
import type { FlowScope } from './flow-scope.ts';
import type { Reached } from './open-transaction.ts';

export type Child = number | Sequence;

/** A controller's answer that its next step must be looked for again. */
export const AGAIN = Symbol('again');
export type Found = Reached | null | typeof AGAIN;

/** A controller that does its steps one after the other. Source of its behaviour: JMeter's GenericController. */
export class Sequence {
  readonly name: string;
  readonly number: number;
  protected readonly scope: FlowScope;
  /** The steps that are left. A controller that is done is taken out, and never comes back. */
  #children: readonly Child[];
  readonly #controllers: readonly Sequence[];
  #at = 0;
  #isFirst = true;
  #isDone = false;
  #iteration = 0;

  constructor(
    { name, number }: Pick<ControllerStep, 'name' | 'number'>,
    children: readonly Child[],
    scope: FlowScope,
  ) {
    this.name = name;
    this.number = number;
    this.scope = scope;
    this.#children = children;
    this.#controllers = children.filter((child) => typeof child !== 'number');
  }

  /** Returns what comes next. Null if an iteration of the controller has ended. */
  next(): Reached | null {
    for (;;) {
      const found = this.step();
      if (found !== AGAIN) return found;
    }
  }

  /** True if the controller must be taken out after an iteration. */
  isDone(): boolean {
    return this.#isDone;
  }

  /** Puts the controller back to its state at the start of a thread. */
  initialize(): void {
    this.#at = 0;
    this.#iteration = 0;
    this.#isDone = false;
    this.#isFirst = true;
    this.initializeControllers();
  }

  /** Called if a failed sample in the controller starts the next loop of the thread. */
  endLoop(): void {
    this.reinitialize();
  }

  /** Called at each start of an iteration of the controller around this one. */
  onIterationOf(_parent: Sequence): void {}

  /** The number of the iteration, as JMeter tells it to what is in the controller. */
  get iteration(): number {
    return this.#iteration;
  }

  protected get isFirst(): boolean {
    return this.#isFirst;
  }

  protected get isAtEnd(): boolean {
    return this.#at === this.#children.length;
  }

  protected step(): Found {
    this.scope.countStep();
    this.#startIteration();
    if (this.isDone()) return null;
    const child = this.#children[this.#at];
    if (child === undefined) return this.#atEnd();
    if (typeof child !== 'number') return this.#stepInto(child);
    this.#at += 1;
    return child;
  }

  /** Called after the last step of an iteration. */
  protected endIteration(): null | typeof AGAIN {
    this.reinitialize();
    return null;
  }

  protected reinitialize(): void {
    this.rewind();
    this.#iteration += 1;
  }

  protected rewind(): void {
    this.#at = 0;
    this.#isFirst = true;
  }

  protected resetIteration(): void {
    this.#iteration = 0;
  }

  protected setDone(): void {
    this.#isDone = true;
  }

  protected initializeControllers(): void {
    for (const child of this.#children) if (typeof child !== 'number') child.initialize();
  }

  #startIteration(): void {
    if (!this.#isFirst) return;
    for (const controller of this.#controllers) controller.onIterationOf(this);
    this.scope.onIteration(this.number);
    this.#isFirst = false;
  }

  #atEnd(): null | typeof AGAIN {
    if (this.#children.length > 0) return this.endIteration();
    this.setDone();
    return null;
  }

  #stepInto(child: Sequence): Found {
    const reached = child.next();
    if (reached !== null) return reached;
    if (child.isDone()) this.#children = this.#children.filter((each) => each !== child);
    else this.#at += 1;
    return AGAIN;
  }
}
