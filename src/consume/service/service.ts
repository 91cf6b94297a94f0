import type { Capacity } from '../../capacity/capacity.ts';
import { pause } from '../../pause.ts';
import { Condition } from '../../queue/condition.ts';
import type { ConnectionState, Queue } from '../../queue/queue.ts';
import type { ReceiptWriter } from '../../runs/rows/receipts-csv.ts';
import type { TimelineRow, TimelineWriter } from '../../runs/rows/timeline-csv.ts';
import { systemClock } from '../working/clock.ts';
import { inFlightLimit } from '../working/in-flight-limit.ts';
import { runOutages } from '../working/outages.ts';
import { Pace, type PaceResult } from '../working/pace.ts';
import { Workers } from '../working/workers.ts';
import { Counter, type Counts, type Extremes } from './counts.ts';
import type { DeadLetters } from './dead-letter.ts';
import { Draining } from './draining.ts';
import { Instance } from './instance.ts';
import type { MessageSource } from './received.ts';
import { Timeline } from './timeline.ts';
import { Waiting } from './waiting.ts';

/** Options of the service. The times of its outages count from the first message. */
export interface ServiceOptions extends Capacity {
  readonly queue: Queue;
  readonly group: string;
  /** The run whose messages are counted. Null if all messages are counted. */
  readonly run: string | null;
  readonly messages: MessageSource;
  readonly maxAttempts: number;
  readonly deadLetters: DeadLetters | null;
  readonly receipts: ReceiptWriter | null;
  readonly timeline: TimelineWriter | null;
  /** Whether the service, after the stop signal, continues until the backlog is 0. */
  readonly drain: boolean;
  readonly stop: AbortSignal;
  /** Called when all instances take messages. */
  readonly onReady: () => void;
  /** Called every 100 ms with a row of the timeline. */
  readonly onRow: (row: TimelineRow, counts: Counts) => void;
  readonly onWork: (arrivedAtMs: number, startedAtMs: number, finishedAtMs: number) => void;
  readonly log: (line: string) => void;
}

export interface ServiceResult extends Extremes {
  readonly counts: Counts;
  /** Largest number of messages that waited, without those of other runs. Null if the queue never answered. */
  readonly peakBacklog: number | null;
  readonly longestAgeMs: number | null;
  /** Measured and configured pace. Null if no pace is configured, or if messages did not wait for long enough. */
  readonly pace: PaceResult | null;
}

const CHECK_AGAIN_MS = 100;
const REJOIN_MS = 1_000;

/** A group of instances that share the messages of a queue. */
export class Service {
  readonly #options: ServiceOptions;
  readonly #counter = new Counter();
  readonly #waiting = new Waiting();
  readonly #pace: Pace;
  readonly #instances: readonly Instance[];
  readonly #changed = new Condition();
  readonly #ending = new AbortController();
  readonly #unconnected = new Map<number, string>();
  #outages: Promise<void> | null = null;
  #isAway = false;
  #isReady = false;
  /**
   * Largest value so far of this sum: the backlog plus the finished messages of other runs. Null before the queue's
   * first count.
   */
  #peakWithOthers: number | null = null;
  #longestAgeMs: number | null = null;
  #failure: { readonly error: unknown } | null = null;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#pace = new Pace(options);
    this.#instances = Array.from({ length: options.instances }, (_, index) => this.#newInstance(index + 1));
  }

  /** Reason why the service takes no messages now. Null if it takes messages. */
  get notReady(): string | null {
    if (this.#isAway) return 'the service takes no messages during an outage';
    if (!this.#isReady) return 'the service is connecting to the queue';
    const [reason] = this.#unconnected.values();
    return reason === undefined ? null : `waiting for the queue: ${reason}`;
  }

  get counts(): Counts {
    return this.#counter.counts;
  }

  /**
   * Takes and processes messages until the stop signal.
   * @throws QblError 'environment' if the queue cannot be reached at the start, or a receipt cannot be written
   */
  async run(): Promise<ServiceResult> {
    const { queue, group, stop, onReady } = this.#options;
    const backlog = await queue.openBacklog(group);
    const draining = new Draining(backlog.lagMs);
    const timeline = new Timeline({
      backlog,
      clock: systemClock,
      done: () => ({ processed: this.#counter.done, others: this.#counter.counts.others }),
      oldestAgeMs: (nowMs, waiting) => this.#waiting.oldestAgeMs(nowMs, waiting),
      onRow: (row) => this.#onRow(row, draining),
    });
    const wake = () => this.#changed.notifyAll();
    stop.addEventListener('abort', wake);
    try {
      await Promise.all(this.#instances.map((instance) => instance.join()));
      this.#isReady = true;
      onReady();
      await this.#untilOver(draining);
      await this.#finish();
    } finally {
      stop.removeEventListener('abort', wake);
      this.#ending.abort();
      await timeline.stop();
      await backlog.close();
    }
    this.#throwIfFailed();
    return {
      counts: this.counts,
      ...this.#counter.extremes,
      peakBacklog: this.#peakBacklog,
      longestAgeMs: this.#longestAgeMs,
      pace: this.#pace.result,
    };
  }

  /**
   * The largest backlog, without messages of other runs. The queue's backlog includes messages of other runs until they
   * are processed. Their total is subtracted, and is known only at the end.
   */
  get #peakBacklog(): number | null {
    const { others } = this.counts;
    return this.#peakWithOthers === null ? null : Math.max(0, this.#peakWithOthers - others);
  }

  #newInstance(number: number): Instance {
    const { concurrency, ratePerSecond, work, failShare } = this.#options;
    const clock = systemClock;
    const onStart = (atMs: number) => this.#counter.countStart(atMs);
    const workers = new Workers({ concurrency, ratePerSecond, work, failShare, clock, onStart });
    return new Instance(number, workers, {
      ...this.#options,
      maxInFlight: inFlightLimit(this.#options),
      counter: this.#counter,
      waiting: this.#waiting,
      onMessage: () => this.#beginOutages(),
      onConnection: (instance, state) => this.#onConnection(instance, state),
      onFailure: (error) => this.#fail(error),
    });
  }

  async #untilOver(draining: Draining): Promise<void> {
    const { stop, drain } = this.#options;
    const isOver = () => stop.aborted && (!drain || draining.isOver);
    while (this.#failure === null && !isOver()) await this.#changed.wait(CHECK_AGAIN_MS);
  }

  async #finish(): Promise<void> {
    this.#ending.abort();
    await this.#outages;
    const failed = this.#failure !== null;
    await Promise.all(this.#instances.map((instance) => (failed ? instance.leave() : instance.finish())));
  }

  /** Starts the schedule of outages at the first message of the run. */
  #beginOutages(): void {
    this.#outages ??= runOutages(systemClock.now(), {
      outages: this.#options.outages,
      clock: systemClock,
      signal: this.#ending.signal,
      leave: () => this.#leave(),
      comeBack: () => this.#comeBack(),
    }).catch((error: unknown) => this.#fail(error));
  }

  async #leave(): Promise<void> {
    this.#isAway = true;
    this.#options.log('an outage begins: the service takes no messages');
    await Promise.all(this.#instances.map((instance) => instance.leave()));
    this.#unconnected.clear();
  }

  async #comeBack(): Promise<void> {
    await Promise.all(this.#instances.map((instance) => this.#rejoin(instance)));
    this.#isAway = false;
    this.#options.log('the outage is over: the service takes messages again');
  }

  /** Tries to connect an instance until the service ends, because the queue may be unreachable for some time. */
  async #rejoin(instance: Instance): Promise<void> {
    while (!this.#ending.signal.aborted) {
      try {
        return await instance.join();
      } catch (error) {
        this.#options.log(error instanceof Error ? error.message : String(error));
        await pause(REJOIN_MS, this.#ending.signal);
      }
    }
  }

  #onRow(row: TimelineRow, draining: Draining): void {
    const { stop, timeline, onRow } = this.#options;
    if (stop.aborted) draining.add(row);
    const isTaking = this.#isReady && !this.#isAway;
    this.#pace.look(row.atMs, isTaking ? row.backlog : null, this.#counter.starts);
    const withOthers = row.backlog === null ? null : row.backlog + row.others;
    this.#peakWithOthers = greater(this.#peakWithOthers, withOthers);
    this.#longestAgeMs = greater(this.#longestAgeMs, row.oldestAgeMs);
    timeline?.write(row).catch((error: unknown) => this.#fail(error));
    onRow(row, this.counts);
  }

  #onConnection(instance: number, state: ConnectionState): void {
    const wasWaiting = this.#unconnected.delete(instance);
    if (state.kind === 'waiting') this.#unconnected.set(instance, state.reason);
    const url = this.#options.queue.url;
    if (state.kind === 'waiting')
      this.#options.log(`instance ${instance} waits for ${url} (${state.reason})`);
    else if (wasWaiting) this.#options.log(`instance ${instance} is connected to ${url} again`);
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#changed.notifyAll();
  }

  #throwIfFailed(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }
}

function greater(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}
