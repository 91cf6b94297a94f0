import { pause } from '../../pause.ts';
import type { GroupWatch } from '../../queue/group-watch.ts';
import type { Queue } from '../../queue/queue.ts';
import { type ObservedService, writeObservedService } from '../../runs/documents/observed-service-json.ts';
import { type ObservedTimeline, openObservedTimeline } from '../../runs/rows/observed-timeline-csv.ts';
import { type RunFolder, runFiles } from '../../runs/run-folder.ts';
import { writeHlog } from '../../samples/latency/hlog.ts';
import type { ServiceObserver, VerifyOptions } from '../options.ts';
import { Measurements } from './measurements.ts';
import { type EndOfWait, notCommittedText } from './not-committed.ts';

/** Time between two observations of the group. */
const OBSERVE_EVERY_MS = 500;

type Limits = Pick<VerifyOptions, 'settleMs' | 'deadlineMs' | 'signal' | 'onProgress'>;

const nowMs = () => performance.timeOrigin + performance.now();

/**
 * Observes the committed offsets of the user's own service while a run is sent. It asks the queue only, and needs
 * nothing from the service.
 */
export class GroupObserver implements ServiceObserver {
  readonly #watch: GroupWatch;
  readonly #queue: string;
  readonly #group: string;
  readonly #startedAtMs = nowMs();
  readonly #measurements: Measurements;
  readonly #ending = new AbortController();
  #recording: Recording | null = null;
  #running: Promise<void> = Promise.resolve();
  #unanswered = 0;
  /** Why the last question was not answered. Null if it was. */
  #failure: string | null = null;
  #settled: Promise<void> | null = null;

  private constructor(watch: GroupWatch, queue: string, group: string) {
    this.#watch = watch;
    this.#queue = queue;
    this.#group = group;
    this.#measurements = new Measurements(this.#startedAtMs);
  }

  /**
   * @param queue must have consumer groups
   * @throws QblError 'environment' if the group cannot be read
   */
  static async open(queue: Queue, group: string): Promise<GroupObserver> {
    const watch = await queue.openGroupWatch?.(group);
    if (watch === undefined) throw new RangeError(`${queue.url} has no consumer groups`);
    return new GroupObserver(watch, queue.url, group);
  }

  /** Observes until `settle` or `close`. Call it before the first send. */
  async start(folder: RunFolder, limits: Limits): Promise<void> {
    const timeline = await openObservedTimeline(runFiles(folder).observedTimeline);
    this.#recording = { folder, limits, timeline };
    await writeObservedService(folder, this.#record(null));
    await this.#observe();
    this.#running = this.#keepObserving();
    // settle() and close() report the error.
    this.#running.catch(() => {});
  }

  arrived(delivery: Parameters<ServiceObserver['arrived']>[0]): void {
    if (this.#settled === null) this.#measurements.arrived(delivery);
  }

  settle(): Promise<void> {
    this.#settled ??= this.#settle();
    return this.#settled;
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#running.catch(() => {});
    await this.#recording?.timeline.close();
    await this.#watch.close();
  }

  async #keepObserving(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      await pause(OBSERVE_EVERY_MS, signal);
      if (!signal.aborted) await this.#observe();
    }
  }

  async #settle(): Promise<void> {
    this.#ending.abort();
    await this.#running;
    if (this.#recording === null) return;
    const { folder, limits } = this.#recording;
    const end = await this.#wait(limits);
    const notCommitted = notCommittedText(this.#group, this.#measurements, end, this.#failure);
    const atMs = nowMs();
    const figures = this.#measurements.end(this.#unanswered, notCommitted);
    await writeHlog(runFiles(folder).observedWaits, [
      { tag: 'committed', startMs: this.#startedAtMs, endMs: atMs, histogram: this.#measurements.waits },
    ]);
    await writeObservedService(folder, this.#record({ at: new Date(atMs).toISOString(), ...figures }));
  }

  /** Waits until everything is committed, or until the group makes no more progress. */
  async #wait({ settleMs, deadlineMs, signal, onProgress }: Limits): Promise<EndOfWait> {
    const beganAtMs = performance.now();
    let progressAtMs = beganAtMs;
    let before = '';
    while (true) {
      await this.#observe();
      if (this.#isDone) return { kind: 'all-committed' };
      const now = this.#progress;
      if (now !== before || this.#measurements.history.isRebalancing) progressAtMs = performance.now();
      before = now;
      if (signal.aborted) return { kind: 'interrupted' };
      if (performance.now() - beganAtMs >= deadlineMs) return { kind: 'deadline', deadlineMs };
      if (performance.now() - progressAtMs >= settleMs) return { kind: 'no-progress', settleMs };
      onProgress({ phase: 'waiting', waitsFor: 'group' });
      await pause(OBSERVE_EVERY_MS, signal);
    }
  }

  get #isDone(): boolean {
    return this.#measurements.backlog === 0 && this.#measurements.behind.length === 0;
  }

  /** A text that changes when the group commits, or when its members change. */
  get #progress(): string {
    const { last, history } = this.#measurements;
    return JSON.stringify([[...(last?.committed ?? [])], last?.state, history.rebalances.count]);
  }

  async #observe(): Promise<void> {
    const askedAtMs = nowMs();
    const { kind, ...answer } = await this.#watch.read();
    const answeredAtMs = nowMs();
    if ('reason' in answer) return this.#noteSilence(answeredAtMs, answer.reason);
    this.#failure = null;
    const row = this.#measurements.take({ askedAtMs, answeredAtMs, group: answer });
    await this.#recording?.timeline.write(row);
  }

  async #noteSilence(atMs: number, reason: string): Promise<void> {
    this.#failure = reason;
    this.#unanswered++;
    const { committed } = this.#measurements;
    const unknown = { backlog: null, oldestAgeMs: null, lag: null, members: null };
    await this.#recording?.timeline.write({ atMs, committed, ...unknown });
  }

  #record(end: ObservedService['end']): ObservedService {
    return {
      schema: 'qbl.observed-service/1',
      run: this.#recording?.folder.id ?? '',
      queue: this.#queue,
      group: this.#group,
      intervalMs: OBSERVE_EVERY_MS,
      startedAt: new Date(this.#startedAtMs).toISOString(),
      end,
    };
  }
}

interface Recording {
  readonly folder: RunFolder;
  readonly limits: Limits;
  readonly timeline: ObservedTimeline;
}
