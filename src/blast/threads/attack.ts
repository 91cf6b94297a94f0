import { hasEnd } from '../../plan/groups/thread-spans.ts';
import type { Timer } from '../../plan/timers/timer.ts';
import type { JtlWriter } from '../../samples/jtl/jtl-writer.ts';
import type { ThreadCounts } from '../../samples/summary/summariser.ts';
import { refuseAutomaticRedirect } from '../exchange/automatic-redirect.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { TargetRequest } from '../exchange/request.ts';
import type { Recorder } from '../recording/recorder.ts';
import { RunTimers } from '../timers/run-timers.ts';
import { ActiveThreads } from './active-threads.ts';
import { DiskPause } from './disk-pause.ts';
import type { LoadGroup } from './load-group.ts';
import { LoadThread, type OnExchange, type OnTransaction } from './load-thread.ts';
import { pace } from './pacer.ts';
import { RampUp, type ThreadStart, threadStarts } from './ramp-up.ts';
import { type EndReason, RunEnd } from './run-end.ts';
import type { RunStages } from './run-stages.ts';
import { Thinkers } from './think-time.ts';

/** Runs the threads of all groups, stage after stage: starts them, schedules their requests, and ends them. */
export class Attack {
  readonly startedAt = performance.now();
  readonly #run: string;
  readonly #recorder: Recorder;
  readonly #stages: RunStages;
  /** Starts the threads of the current stage. Null before the first stage, and between two stages. */
  #rampUp: RampUp | null = null;
  /** The time at which the current stage began, in milliseconds since the start of the run. */
  #stageAtMs = 0;
  readonly #active = new ActiveThreads();
  readonly #timers = new RunTimers<LoadGroup>(performance.timeOrigin + this.startedAt);
  /** Free threads whose think time has not passed yet. */
  readonly #thinking = new Thinkers<LoadThread>();
  /** Free threads that wait for their next scheduled request, in the order in which they became free. */
  readonly #waiting: LoadThread[] = [];
  readonly #diskPause: DiskPause<LoadThread>;
  #slotTimer: NodeJS.Timeout | undefined;
  #sent = 0;
  readonly #end = new RunEnd();
  /** True if the threads of the current stage send no more requests. */
  #isStopping = false;
  #resolve: (reason: EndReason) => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(stages: RunStages, run: string, recorder: Recorder, writer: JtlWriter) {
    this.#run = run;
    this.#recorder = recorder;
    this.#diskPause = new DiskPause(
      () => writer.drained(),
      (thread) => this.#queue(thread),
      (error) => this.#fail(error),
    );
    this.#stages = stages;
  }

  get elapsedMs(): number {
    return performance.now() - this.startedAt;
  }

  /** Whether all groups that have an end had ended before the run was stopped. */
  get onlyEndlessLeft(): boolean {
    return !this.#end.leftOut && !this.#stages.hasDropped;
  }

  get threads(): ThreadCounts {
    return this.#active.counts;
  }

  /** Resolves when every thread has ended. */
  run(): Promise<EndReason> {
    return new Promise<EndReason>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#beginStage();
    });
  }

  #beginStage(): void {
    const groups = this.#stages.next();
    if (groups === null) {
      this.#resolve(this.#end.reasonOf(this.threads.started));
      return;
    }
    this.#isStopping = false;
    this.#active.begin(groups);
    this.#rampUp = new RampUp(
      threadStarts(groups),
      () => this.#stageMs,
      (start) => this.#startThread(start),
    );
    this.#rampUp.run();
    this.#endWhenIdle();
  }

  get #stageMs(): number {
    return this.elapsedMs - this.#stageAtMs;
  }

  /**
   * Stops sending new requests. Requests in flight finish. If several calls give a reason, the first reason is kept. The
   * tearDown groups may still run.
   */
  stop(reason: EndReason): void {
    this.#end.stop(reason);
    this.#isStopping = true;
    this.#stages.stop();
    this.#rampUp?.stop();
    if (this.#rampUp?.left.some(({ group }) => hasEnd(group.plan))) this.#end.leftOut = true;
    clearTimeout(this.#slotTimer);
    const idle = [...this.#thinking.takeAll(), ...this.#waiting.splice(0), ...this.#diskPause.takeAll()];
    for (const thread of idle) this.#endThread(thread);
    this.#endWhenIdle();
  }

  /** Aborts the requests in flight. Their samples are indeterminate. After a failed sample, tearDown groups may still run. */
  interrupt(reason: EndReason): void {
    this.#end.interrupt(reason);
    if (reason === 'interrupted') this.#stages.drop();
    // The stop may begin the next stage, whose threads go on.
    const threads = this.#active.all();
    this.stop(reason);
    for (const thread of threads) thread.interrupt();
  }

  #startThread(start: ThreadStart): void {
    const { tracer } = this.#recorder;
    const thread = new LoadThread(start, this.#run, tracer, this.#onExchange, this.#onTransaction);
    this.#active.add(thread);
    this.#guard(thread, () => thread.start());
    this.#onFree(thread);
  }

  readonly #onTransaction: OnTransaction = (thread, transaction) => {
    const place = this.#active.placeOf(thread);
    if (!this.#recorder.recordTransaction(transaction, place)) this.#diskPause.begin();
  };

  /** Catches all errors, because the HTTP parser would treat an error as an error of the connection. */
  readonly #onExchange: OnExchange = (thread, request, exchange) => {
    this.#guard(thread, () => {
      this.#record(thread, request, exchange);
      refuseAutomaticRedirect(request, exchange);
      thread.setVariables(exchange);
      thread.advance(exchange);
      if (!exchange.success) this.#obeyMode(thread);
      if (thread.isCut && this.#hasTimeLeft(thread)) this.#end.cutThread();
      this.#onFree(thread);
    });
  };

  #guard(thread: LoadThread, act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#fail(error, thread);
    }
  }

  #record(thread: LoadThread, request: TargetRequest, exchange: Exchange): void {
    const context = this.#active.contextOf(thread, request);
    if (!this.#recorder.record(exchange, context)) this.#diskPause.begin();
  }

  #obeyMode({ group }: LoadThread): void {
    const mode = group.plan.onSampleError;
    if (this.#isStopping) return;
    // In the tearDown groups after a stop, `stoptest` ends only its thread (StandardJMeterEngine.java, askThreadsToStop).
    if (mode === 'stoptest' && !this.#end.wasStopped) this.stop(mode);
    else if (mode === 'stoptestnow') this.interrupt(mode);
  }

  #hasTimeLeft({ pacing }: LoadThread): boolean {
    return pace(pacing, this.#stageMs, this.#sent).kind !== 'stop';
  }

  #onFree(thread: LoadThread): void {
    if (thread.ended || this.#isStopping) this.#endThread(thread);
    else if (thread.timers === null) this.#queue(thread);
    else this.#think(thread, thread.timers);
  }

  /** A thread ends at once if it would end before the think time. Source: JMeterThread.java, delay. */
  #think(thread: LoadThread, timers: readonly Timer[]): void {
    this.#guard(thread, () => {
      const ms = this.#timers.waitMs(timers, thread, this.elapsedMs, this.#active.around(thread));
      const leftMs = (thread.pacing.durationMs ?? Number.POSITIVE_INFINITY) - this.#stageMs;
      if (ms >= leftMs) this.#endThread(thread);
      else this.#thinking.add(thread, ms, () => this.#queue(thread));
    });
  }

  #queue(thread: LoadThread): void {
    if (this.#diskPause.isBusy) this.#diskPause.park(thread);
    else if (this.#waiting.length > 0) this.#waiting.push(thread);
    else this.#giveTurn(thread);
  }

  /**
   * Sends the thread's next request if the request is due. Otherwise returns false, and the thread becomes the first of
   * the waiting threads.
   */
  #giveTurn(thread: LoadThread): boolean {
    const turn = pace(thread.pacing, this.#stageMs, this.#sent);
    if (turn.kind === 'wait') {
      this.#waiting.unshift(thread);
      this.#slotTimer = setTimeout(() => this.#giveTurns(), turn.ms);
      return false;
    }
    if (turn.kind === 'stop') this.#endThread(thread);
    else this.#send(thread, this.startedAt + this.#stageAtMs + turn.intendedMs);
    return true;
  }

  #send(thread: LoadThread, intendedAt: number): void {
    this.#sent += 1;
    this.#guard(thread, () => thread.send(intendedAt));
  }

  #giveTurns(): void {
    for (let thread = this.#waiting.shift(); thread !== undefined; thread = this.#waiting.shift()) {
      if (!this.#giveTurn(thread)) return;
    }
  }

  /**
   * Stops the run after a sample could not be written, because without samples nothing can be proven. Also stops it if a
   * request got a value that qbl cannot send as JMeter would.
   */
  #fail(error: unknown, thread?: LoadThread): void {
    this.#reject(error);
    this.interrupt('interrupted');
    if (thread !== undefined) this.#endThread(thread);
  }

  #endThread(thread: LoadThread): void {
    if (!this.#active.remove(thread)) return;
    if (this.#isStopping && hasEnd(thread.group.plan) && !thread.ended && this.#hasTimeLeft(thread))
      this.#end.leftOut = true;
    thread.close();
    this.#endWhenIdle();
  }

  #endWhenIdle(): void {
    if (this.#rampUp === null || !this.#rampUp.done || this.threads.active > 0) return;
    this.#rampUp = null;
    this.#stageAtMs = this.elapsedMs;
    this.#beginStage();
  }
}
