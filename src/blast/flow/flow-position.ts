import type { Step } from '../../plan/flow/step.ts';
import type { OnSampleError } from '../../plan/plan.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { type FinishedSample, finishedSample } from './ended-transaction.ts';
import { FlowScope, type FlowThread, ThreadEnd } from './flow-scope.ts';
import { OpenTransaction, type Reached } from './open-transaction.ts';
import type { Position } from './position.ts';
import { SeparateTransaction } from './transactions.ts';
import { type FlowTree, flowTree } from './tree.ts';

/** The thread group whose controllers decide which request comes next. */
export interface FlowGroup {
  readonly name: string;
  readonly flow: readonly Step[];
  readonly loops: number | null;
  readonly onSampleError: OnSampleError;
}

/** The position of a thread in its controllers. Source of its behaviour: JMeter's JMeterThread. */
export class FlowPosition implements Position {
  readonly #onSampleError: OnSampleError;
  readonly #scope: FlowScope;
  readonly #tree: FlowTree;
  /** How many messages of each request the thread has sent or will send next. */
  readonly #messages = new Map<number, number>();
  /** The request that comes next, or the outermost transaction around it that is written as one sample. */
  #reached: Reached | null = null;
  #request = 0;
  #ended = false;
  #isCut = false;

  constructor(group: FlowGroup, thread: FlowThread) {
    this.#onSampleError = group.onSampleError;
    this.#scope = new FlowScope(group.name, thread);
    this.#tree = flowTree(group.flow, group, this.#scope);
    this.#tree.root.initialize();
  }

  start(): void {
    this.#find();
  }

  get loop(): number {
    return this.#messages.get(this.#request) ?? 0;
  }

  get request(): number {
    return this.#request;
  }

  get groupLoop(): number {
    return this.#tree.root.iteration;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  advance(exchange: Exchange): void {
    this.#take(finishedSample(exchange));
    const mode = exchange.success ? 'continue' : this.#onSampleError;
    if (mode === 'continue') this.#find();
    else if (mode === 'startnextloop') this.#startNextLoop();
    else this.#stop();
  }

  cut(): void {
    this.#endOpen(this.#reached);
    this.#end();
  }

  /** Adds the sample of the current request to the transactions around it. */
  #take(sample: FinishedSample): void {
    this.#scope.hasSampled = true;
    this.#scope.lastSucceeded = sample.success;
    const parent = innermost(this.#reached);
    if (parent !== null) parent.add(sample);
    else this.#addToSeparate(sample);
  }

  /** JMeter hides the samples of a transaction with one sample from all transactions around it. */
  #addToSeparate(sample: FinishedSample): void {
    for (const controller of this.#tree.around.get(this.#request) ?? [])
      if (controller instanceof SeparateTransaction) controller.onSample(sample);
  }

  #find(): void {
    for (let isFound = false; !isFound && !this.#ended; ) {
      const reached = this.#next();
      if (reached !== null) isFound = this.#reach(reached);
    }
  }

  /** Returns what the controllers reach next. Null if the thread has ended, or if they must be asked again. */
  #next(): Reached | null {
    const { root } = this.#tree;
    try {
      const reached = root.next();
      if (reached === null && root.isDone()) this.#end();
      return reached;
    } catch (error) {
      if (!(error instanceof ThreadEnd)) throw error;
      this.#end();
      return null;
    }
  }

  #end(): void {
    this.#reached = null;
    this.#ended = true;
  }

  /** Returns false if no request is reached, because a transaction has ended. */
  #reach(reached: Reached): boolean {
    const request = requestIn(reached);
    if (request === null) {
      this.#endEnded(reached);
      return false;
    }
    this.#reached = reached;
    this.#request = request;
    this.#messages.set(request, (this.#messages.get(request) ?? 0) + 1);
    this.#scope.onRequest();
    return true;
  }

  /** Writes the transaction that has ended, or adds it to the transaction around it. */
  #endEnded(reached: Reached): void {
    if (!(reached instanceof OpenTransaction)) return;
    if (reached.isEnded) {
      this.#write(reached);
      return;
    }
    let outer = reached;
    while (outer.reached instanceof OpenTransaction && !outer.reached.isEnded) outer = outer.reached;
    if (!(outer.reached instanceof OpenTransaction)) return;
    const result = outer.reached.result();
    this.#scope.lastSucceeded = result.success;
    outer.addTransaction(result);
  }

  #write(transaction: OpenTransaction): void {
    const result = transaction.result();
    this.#scope.lastSucceeded = result.success;
    this.#addToSeparate(result);
    this.#scope.onTransaction(result);
  }

  #startNextLoop(): void {
    for (const controller of this.#tree.around.get(this.#request) ?? []) controller.endLoop();
    this.#tree.root.startNextLoop();
    if (this.#reached instanceof OpenTransaction) this.#write(this.#reached);
    this.#scope.lastSucceeded = true;
    this.#find();
  }

  /** JMeter looks for the next request, but does not send it. */
  #stop(): void {
    this.#endOpen(this.#reached);
    this.#next();
    this.#isCut = !this.#ended;
    this.#end();
  }

  /** Writes the transactions that the end of the thread cuts. */
  #endOpen(reached: Reached | null): void {
    if (!(reached instanceof OpenTransaction)) return;
    const open = transactionsIn(reached);
    for (const [index, transaction] of open.entries()) {
      if (!transaction.isEnded) transaction.end();
      const outer = open[index + 1];
      if (outer === undefined) this.#write(transaction);
      else outer.addTransaction(transaction.result());
    }
  }
}

/** Returns the transaction and all open transactions in it, the innermost first. */
function transactionsIn(reached: Reached | null): OpenTransaction[] {
  return reached instanceof OpenTransaction ? [...transactionsIn(reached.reached), reached] : [];
}

function innermost(reached: Reached | null): OpenTransaction | null {
  return transactionsIn(reached)[0] ?? null;
}

function requestIn(reached: Reached): number | null {
  if (!(reached instanceof OpenTransaction)) return reached;
  return reached.reached === null ? null : requestIn(reached.reached);
}
