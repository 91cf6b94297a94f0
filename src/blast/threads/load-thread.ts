import { QblError } from '../../error.ts';
import type { Identity } from '../../message/identity.ts';
import { ExpressionError } from '../../plan/language/expression.ts';
import type { FilledText } from '../../plan/language/filled-text.ts';
import { LAST_SAMPLE_OK, type ThreadVariables } from '../../plan/language/thread-variables.ts';
import type { Timer } from '../../plan/timers/timer.ts';
import { ExtractionError } from '../../samples/extractors/extraction-error.ts';
import { threadName } from '../../samples/sample.ts';
import type { Connection } from '../connection/target.ts';
import type { CaptureRule } from '../exchange/capture.ts';
import { type Exchange, type Outgoing, PendingExchange } from '../exchange/exchange.ts';
import { type Hop, joined, type Redirect } from '../exchange/hop.ts';
import type { TargetRequest } from '../exchange/request.ts';
import { sentAtMs } from '../exchange/sent-at.ts';
import type { EndedTransaction } from '../flow/ended-transaction.ts';
import type { Position } from '../flow/position.ts';
import { Connections } from './connections.ts';
import type { GroupRequest, LoadGroup } from './load-group.ts';
import { ManagedRequests } from './managed-requests.ts';
import type { Pacing } from './pacer.ts';
import { positionIn } from './position-in.ts';
import type { ThreadStart } from './ramp-up.ts';

/** Called with the exchange of the thread's request, before the thread's next request. */
export type OnExchange = (thread: LoadThread, request: TargetRequest, exchange: Exchange) => void;

/** Called with each transaction of the thread that has ended. */
export type OnTransaction = (thread: LoadThread, transaction: EndedTransaction) => void;

/** One thread in JMeter's sense: sends one request after the other over its own connections. */
export class LoadThread {
  readonly group: LoadGroup;
  readonly pacing: Pacing;
  readonly name: string;
  readonly variables: ThreadVariables;
  readonly #number: number;
  readonly #run: string;
  readonly #capture: CaptureRule | null;
  readonly #position: Position;
  readonly #connections: Connections;
  readonly #onExchange: OnExchange;
  /** Null if no request of the thread has a manager. */
  readonly #managed: ManagedRequests | null;
  /** Whether a source ended the thread. */
  #isExhausted = false;
  #sending: { hop: Hop; connection: Connection; outgoing: Outgoing } | null = null;
  intendedAt = 0;

  constructor(
    { group, index, endMs }: ThreadStart,
    run: string,
    capture: CaptureRule | null,
    onExchange: OnExchange,
    onTransaction: OnTransaction,
  ) {
    this.group = group;
    this.pacing = { ...group.pacing, durationMs: Number.isFinite(endMs) ? endMs : null };
    this.#number = index + 1;
    this.name = threadName(group.plan.name, group.numberOfKind, this.#number);
    this.variables = group.threads.of(group.number, this.#number);
    this.#run = run;
    this.#capture = capture;
    this.#position = positionIn(group, {
      number: this.#number,
      run,
      variables: this.variables,
      onIteration: (controller) => this.#runSources(controller),
      onTransaction: (transaction) => onTransaction(this, transaction),
    });
    this.#connections = new Connections(group.tls);
    this.#onExchange = onExchange;
    this.#managed = ManagedRequests.of(group);
  }

  get loop(): number {
    return this.#position.loop;
  }

  /** The number of the thread group's loop, from 1. */
  get groupLoop(): number {
    return this.#position.groupLoop;
  }

  /** The number of the current request in its group, from 1. */
  get request(): number {
    return this.#position.request;
  }

  get ended(): boolean {
    return this.#isExhausted || this.#position.ended;
  }

  /** True if a failed request ended the thread before the last request of its loops. */
  get isCut(): boolean {
    return this.#position.isCut;
  }

  /** Moves to the first request. Throws QblError('usage') if a source cannot give its values. */
  start(): void {
    this.#position.start();
  }

  /** Evaluates a text for the next message. */
  textOf(text: FilledText): string {
    return triedFor(this.#next().target, () => this.group.textOf(text, this.#identity()));
  }

  /** The timers before the next request, which make the thread wait. Null if there are no timers. */
  get timers(): readonly Timer[] | null {
    return this.#next().timers;
  }

  /** Sends the next request. `intendedAt` is its scheduled time on the clock of `performance.now()`. */
  send(intendedAt: number): void {
    const next = this.#next();
    const identity = this.#identity();
    const { target, targetFor } = next;
    const request =
      targetFor === null ? target : triedFor(target, () => targetFor(identity, sentAtMs(performance.now())));
    this.intendedAt = intendedAt;
    const { writeBody, decider, checks, extraction, contentOf } = next;
    const capture = this.#capture;
    const outgoing = { request, identity, writeBody, capture, decider, checks, extraction, contentOf };
    this.#send({ request, redirects: 0, before: null }, outgoing);
  }

  /**
   * Sets the variables that the current request gives the thread after its sample.
   * @throws QblError 'usage' if a value cannot be read from the response as JMeter would read it
   */
  setVariables({ success, responses }: Exchange): void {
    const { extraction, target } = this.#next();
    // JMeter shows the last response as the response of the whole sample.
    const all = responses.length > 1 ? [...responses.slice(-1), ...responses] : responses;
    try {
      extraction?.run(all, this.variables);
    } catch (error) {
      if (!(error instanceof ExtractionError)) throw error;
      throw cannotGoOn(target.label, error);
    }
    const isOk = success || this.group.plan.onSampleError === 'startnextloop';
    this.variables.set(LAST_SAMPLE_OK, String(isOk));
  }

  #send(hop: Hop, planned: Outgoing): void {
    const connection = this.#connections.to(hop.request.origin);
    const outgoing = this.#managed?.withHeaders(planned) ?? planned;
    this.#sending = { hop, connection, outgoing };
    const { unsent } = hop.request;
    if (unsent !== null) {
      // The thread goes on later, so that many unsent requests do not call each other without an end.
      setImmediate(() => new PendingExchange(outgoing, this.#onDone).refuse(unsent));
      return;
    }
    connection.send(outgoing, this.#onDone);
  }

  /** Aborts the request in flight, which still ends with a sample. */
  interrupt(): void {
    this.#sending?.connection.interrupt();
  }

  close(): void {
    this.#position.cut();
    this.#connections.close();
  }

  readonly #onDone = (last: Exchange): void => {
    if (this.#sending === null) throw new TypeError(`${this.name} has sent nothing`);
    const { hop, outgoing } = this.#sending;
    this.#sending = null;
    const exchange = joined(hop.before, last);
    const { redirect } = last;
    if (redirect === null) {
      this.#onExchange(this, outgoing.request, exchange);
      return;
    }
    const next = { request: redirect, redirects: hop.redirects + 1, before: exchange };
    this.#send(next, { ...outgoing, ...bodyless(next) });
  };

  /**
   * Moves to the next request. After a failed request, `onSampleError` of the group decides what comes next. Throws
   * QblError('usage') if a manager cannot do what JMeter does.
   */
  advance(exchange: Exchange): void {
    const { groupLoop } = this.#position;
    this.#managed?.check();
    this.#position.advance(exchange);
    if (this.#position.groupLoop === groupLoop) return;
    this.#managed?.startLoop();
    if (this.group.plan.newConnectionEachLoop === true) this.#connections.renew();
  }

  /** Runs the sources of a controller at the start of its iteration. Returns false if a source ends the thread. */
  #runSources(controller: number): boolean {
    const { sources } = this.group;
    if (sources === null || this.#isExhausted) return !this.#isExhausted;
    this.#isExhausted = !sources.run(controller, this.#identity(), this.variables);
    return !this.#isExhausted;
  }

  #next(): GroupRequest {
    const request = this.group.requests[this.#position.request - 1];
    if (request === undefined) throw new RangeError(`no request ${this.#position.request}`);
    return request;
  }

  #identity(): Identity {
    return {
      run: this.#run,
      group: this.group.number,
      thread: this.#number,
      loop: this.#position.loop,
      request: this.#position.request,
    };
  }
}

function cannotGoOn(label: string, { message }: Error): QblError {
  return new QblError('usage', `request '${label}': ${message}`, {
    hint: 'To let JMeter send the plan, use: qbl jmeter --plan with the .jmx file',
  });
}

/** A redirect has no body. */
function bodyless({
  request,
  redirects,
  before,
}: Redirect): Pick<Outgoing, 'request' | 'writeBody' | 'contentOf' | 'redirectedFrom'> {
  const redirectedFrom = { redirects, startedAt: before.startedAt };
  return { request, writeBody: null, contentOf: null, redirectedFrom };
}

/** Throws QblError('usage') if the request got a value that qbl cannot send as JMeter would. */
function triedFor<T>({ label }: TargetRequest, evaluate: () => T): T {
  try {
    return evaluate();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw cannotGoOn(label, error);
  }
}
