import type { JtlWriter } from '../../samples/jtl/jtl-writer.ts';
import type { ThreadCounts } from '../../samples/summary/summariser.ts';
import { refuseAutomaticRedirect } from '../exchange/automatic-redirect.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { TargetRequest } from '../exchange/request.ts';
import type { Recorder } from '../recording/recorder.ts';
import type { LoadGroup } from './load-group.ts';
import type { OnExchange } from './load-thread.ts';
import { LoadThread } from './load-thread.ts';
import { pace } from './pacer.ts';
import type { ThreadStart } from './ramp-up.ts';
import { RampUp, threadStarts } from './ramp-up.ts';
import { Thinkers, thinkTimeMs } from './think-time.ts';

/**
 * Why a run ended: the plan was completed, a signal arrived, or failed samples stopped the run. 'stopthread' means that
 * failed samples ended every thread although requests of the thread were left.
 */
export type EndReason = 'completed' | 'stopped' | 'interrupted' | 'stoptest' | 'stoptestnow' | 'stopthread';

/** Runs the threads of all groups: starts them, schedules their requests, and ends them. */
export class Attack {
  readonly startedAt = performance.now();
  readonly #run: string;
  readonly #recorder: Recorder;
  readonly #writer: JtlWriter;
  readonly #rampUp: RampUp;
  readonly #active = new Map<LoadGroup, Set<LoadThread>>();
  /** Free threads whose think time has not passed yet. */
  readonly #thinking = new Thinkers<LoadThread>();
  /** Free threads that wait for their next scheduled request, in the order in which they became free. */
  readonly #waiting: LoadThread[] = [];
  /** Free threads that wait until the samples are written to disk. */
  #parked: LoadThread[] = [];
  #slotTimer: NodeJS.Timeout | undefined;
  #diskIsBusy = false;
  #sent = 0;
  #started = 0;
  #finished = 0;
  /** Number of threads that a failed sample ended although requests of the thread were left. */
  #cut = 0;
  #stopReason: EndReason | null = null;
  /** Whether a stop left out requests of a group that has an end. */
  #leftOut = false;
  #resolve: (reason: EndReason) => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(groups: readonly LoadGroup[], run: string, recorder: Recorder, writer: JtlWriter) {
    this.#run = run;
    this.#recorder = recorder;
    this.#writer = writer;
    for (const group of groups) this.#active.set(group, new Set());
    this.#rampUp = new RampUp(
      threadStarts(groups),
      () => this.elapsedMs,
      (start) => this.#startThread(start),
    );
  }

  get elapsedMs(): number {
    return performance.now() - this.startedAt;
  }

  /** Whether all groups that have an end had ended before the run was stopped. */
  get onlyEndlessLeft(): boolean {
    return !this.#leftOut;
  }

  get threads(): ThreadCounts {
    return { active: this.#started - this.#finished, started: this.#started, finished: this.#finished };
  }

  /** Resolves when every thread has ended. */
  run(): Promise<EndReason> {
    return new Promise<EndReason>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#rampUp.run();
      this.#endWhenIdle();
    });
  }

  /**
   * Stops sending new requests. Requests in flight finish. If several calls give a reason, the first reason is kept.
   */
  stop(reason: EndReason): void {
    this.#stopReason ??= reason;
    this.#rampUp.stop();
    if (this.#rampUp.left.some(({ group }) => hasEnd(group))) this.#leftOut = true;
    clearTimeout(this.#slotTimer);
    const idle = [...this.#thinking.takeAll(), ...this.#waiting.splice(0), ...this.#parked.splice(0)];
    for (const thread of idle) this.#endThread(thread);
    this.#endWhenIdle();
  }

  /** Aborts the requests in flight. Their samples are indeterminate. */
  interrupt(reason: EndReason): void {
    if (this.#stopReason === 'stopped') this.#stopReason = reason;
    this.stop(reason);
    for (const threads of this.#active.values()) for (const thread of [...threads]) thread.interrupt();
  }

  #startThread({ group, index }: ThreadStart): void {
    const thread = new LoadThread(group, index, this.#run, this.#recorder.tracer, this.#onExchange);
    this.#active.get(group)?.add(thread);
    this.#started += 1;
    this.#onFree(thread);
  }

  /**
   * Catches all errors. The HTTP parser that calls this function would treat an error as an error of the connection.
   */
  readonly #onExchange: OnExchange = (thread, request, exchange) => {
    try {
      this.#record(thread, request, exchange);
      refuseAutomaticRedirect(request, exchange);
      thread.advance(!exchange.success);
      if (!exchange.success) this.#obeyMode(thread);
      if (thread.isCut && this.#hasTimeLeft(thread)) this.#cut += 1;
      this.#onFree(thread);
    } catch (error) {
      this.#fail(error);
      this.#endThread(thread);
    }
  };

  #record(thread: LoadThread, request: TargetRequest, exchange: Exchange): void {
    const goOn = this.#recorder.record(exchange, {
      request,
      number: thread.request,
      threadName: thread.name,
      loop: thread.loop,
      grpThreads: this.#active.get(thread.group)?.size ?? 0,
      allThreads: this.threads.active,
      intendedAt: thread.intendedAt,
    });
    if (!goOn) this.#waitForDisk();
  }

  #obeyMode({ group }: LoadThread): void {
    const mode = group.plan.onSampleError;
    if (this.#stopReason !== null) return;
    if (mode === 'stoptest') this.stop(mode);
    else if (mode === 'stoptestnow') this.interrupt(mode);
  }

  #hasTimeLeft({ group }: LoadThread): boolean {
    return pace(group.pacing, this.elapsedMs, this.#sent).kind !== 'stop';
  }

  #onFree(thread: LoadThread): void {
    if (thread.ended || this.#stopReason !== null) this.#endThread(thread);
    else if (thread.timers === null) this.#queue(thread);
    else this.#think(thread, thinkTimeMs(thread.timers));
  }

  /** A think time ends at the latest when the group ends. Source: JMeter's TimerService.adjustDelay. */
  #think(thread: LoadThread, ms: number): void {
    const leftMs = (thread.group.pacing.durationMs ?? Number.POSITIVE_INFINITY) - this.elapsedMs;
    // Timers can fire early. Never send after the group's end.
    if (ms >= leftMs) this.#thinking.add(thread, Math.max(0, leftMs), () => this.#endThread(thread));
    else this.#thinking.add(thread, ms, () => this.#queue(thread));
  }

  #queue(thread: LoadThread): void {
    if (this.#diskIsBusy) this.#parked.push(thread);
    else if (this.#waiting.length > 0) this.#waiting.push(thread);
    else this.#giveTurn(thread);
  }

  /**
   * Sends the thread's next request if the request is due. Otherwise returns false, and the thread becomes the first of
   * the waiting threads.
   */
  #giveTurn(thread: LoadThread): boolean {
    const turn = pace(thread.group.pacing, this.elapsedMs, this.#sent);
    if (turn.kind === 'wait') {
      this.#waiting.unshift(thread);
      this.#slotTimer = setTimeout(() => this.#giveTurns(), turn.ms);
      return false;
    }
    if (turn.kind === 'stop') this.#endThread(thread);
    else this.#send(thread, this.startedAt + turn.intendedMs);
    return true;
  }

  #send(thread: LoadThread, intendedAt: number): void {
    this.#sent += 1;
    try {
      thread.send(intendedAt);
    } catch (error) {
      this.#fail(error);
      this.#endThread(thread);
    }
  }

  #giveTurns(): void {
    for (let thread = this.#waiting.shift(); thread !== undefined; thread = this.#waiting.shift()) {
      if (!this.#giveTurn(thread)) return;
    }
  }

  #waitForDisk(): void {
    if (this.#diskIsBusy) return;
    this.#diskIsBusy = true;
    this.#writer.drained().then(
      () => this.#onDrained(),
      (error: unknown) => this.#fail(error),
    );
  }

  #onDrained(): void {
    this.#diskIsBusy = false;
    const parked = this.#parked;
    this.#parked = [];
    for (const thread of parked) this.#queue(thread);
  }

  /**
   * Stops the run after a sample could not be written, because without samples nothing can be proven. Also stops it if a
   * request got a value that qbl cannot send as JMeter would.
   */
  #fail(error: unknown): void {
    this.#reject(error);
    this.interrupt('interrupted');
  }

  #endThread(thread: LoadThread): void {
    if (this.#active.get(thread.group)?.delete(thread) !== true) return;
    this.#finished += 1;
    if (this.#stopReason !== null && hasEnd(thread.group) && !thread.ended && this.#hasTimeLeft(thread))
      this.#leftOut = true;
    thread.close();
    this.#endWhenIdle();
  }

  #endWhenIdle(): void {
    if (!this.#rampUp.done || this.threads.active > 0) return;
    const allCut = this.#started > 0 && this.#cut === this.#started;
    this.#resolve(this.#stopReason ?? (allCut ? 'stopthread' : 'completed'));
  }
}

function hasEnd({ loops, pacing }: LoadGroup): boolean {
  return loops.loops !== null || pacing.durationMs !== null;
}
