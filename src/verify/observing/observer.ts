import { pause } from '../../pause.ts';
import type { Queue } from '../../queue/queue.ts';
import { type ObservedService, writeObservedService } from '../../runs/documents/observed-service-json.ts';
import { type ObservedTimeline, openObservedTimeline } from '../../runs/rows/observed-timeline-csv.ts';
import { type RunFolder, runFiles } from '../../runs/run-folder.ts';
import { writeHlog } from '../../samples/latency/hlog.ts';
import type { ObservedTarget, ServiceObserver, VerifyOptions } from '../options.ts';
import { GroupObservation } from './group-observation.ts';
import { type EndOfObservation, type EndOfWait, nowMs, type Observation } from './observation.ts';
import { QueueObservation } from './queue-observation.ts';

const OBSERVE_EVERY_MS = 500;

type Limits = Pick<VerifyOptions, 'settleMs' | 'deadlineMs' | 'signal' | 'onProgress'>;

/**
 * Observes the user's own service while a run is sent. The observer asks only the queue, so the service needs
 * no changes.
 */
export class Observer implements ServiceObserver {
  readonly #observation: Observation;
  readonly #queue: string;
  readonly #startedAtMs: number;
  readonly #ending = new AbortController();
  #recording: Recording | null = null;
  #running: Promise<void> = Promise.resolve();
  #unanswered = 0;
  /** Why the queue did not answer the observer's last request. Null if the queue answered. */
  #failure: string | null = null;
  #settled: Promise<void> | null = null;

  private constructor(observation: Observation, queue: string, startedAtMs: number) {
    this.#observation = observation;
    this.#queue = queue;
    this.#startedAtMs = startedAtMs;
  }

  /**
   * Opens an observer of a service.
   * @param queue the queue of the service; it must report what `target` names: the consumer group, or the counts of the
   *   queue
   * @throws QblError 'environment' if the queue cannot be asked
   */
  static async open(queue: Queue, target: ObservedTarget): Promise<Observer> {
    const startedAtMs = nowMs();
    const observation =
      target.by === 'group'
        ? await GroupObservation.open(queue, target.group, startedAtMs)
        : await QueueObservation.open(queue);
    return new Observer(observation, queue.url, startedAtMs);
  }

  /** Observes until `settle` or `close` is called. Call this before the first send. */
  async start(folder: RunFolder, limits: Limits): Promise<void> {
    const timeline = await openObservedTimeline(runFiles(folder).observedTimeline, this.#observation.columns);
    this.#recording = { folder, limits, timeline };
    await writeObservedService(folder, this.#record(null));
    await this.#observe();
    this.#running = this.#keepObserving();
    // The methods `settle` and `close` report the error, so ignore the error here.
    this.#running.catch(() => {});
  }

  arrived(delivery: Parameters<ServiceObserver['arrived']>[0]): void {
    if (this.#settled === null) this.#observation.arrived(delivery);
  }

  settle(): Promise<void> {
    this.#settled ??= this.#settle();
    return this.#settled;
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#running.catch(() => {});
    await this.#recording?.timeline.close();
    await this.#observation.close();
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
    const wait = await this.#wait(limits);
    const atMs = nowMs();
    const { waits } = this.#observation;
    if (waits !== null) {
      const times = { startMs: this.#startedAtMs, endMs: atMs };
      await writeHlog(runFiles(folder).observedWaits, [{ tag: 'committed', ...times, histogram: waits }]);
    }
    const at = new Date(atMs).toISOString();
    const ended = { at, unanswered: this.#unanswered, wait, failure: this.#failure };
    await writeObservedService(folder, this.#record(ended));
  }

  /** Waits until the service is done, or makes no more progress. */
  async #wait({ settleMs, deadlineMs, signal, onProgress }: Limits): Promise<EndOfWait> {
    const beganAtMs = performance.now();
    let progressAtMs = beganAtMs;
    let before = '';
    while (true) {
      await this.#observe();
      const { isDone, isPending, progress: now } = this.#observation;
      if (isDone) return { kind: 'done' };
      if (now !== before || isPending) progressAtMs = performance.now();
      before = now;
      if (signal.aborted) return { kind: 'interrupted' };
      if (performance.now() - beganAtMs >= deadlineMs) return { kind: 'deadline', deadlineMs };
      if (performance.now() - progressAtMs >= settleMs) return { kind: 'no-progress', settleMs };
      onProgress({ phase: 'waiting', waitsFor: 'observed-service' });
      await pause(OBSERVE_EVERY_MS, signal);
    }
  }

  async #observe(): Promise<void> {
    const { row, failure } = await this.#observation.ask();
    this.#failure = failure;
    if (failure !== null) this.#unanswered++;
    await this.#recording?.timeline.write(row);
  }

  #record(ended: EndOfObservation | null): ObservedService {
    const base = {
      schema: 'qbl.observed-service/1',
      run: this.#recording?.folder.id ?? '',
      queue: this.#queue,
      intervalMs: OBSERVE_EVERY_MS,
      startedAt: new Date(this.#startedAtMs).toISOString(),
    } as const;
    return this.#observation.record(base, ended);
  }
}

interface Recording {
  readonly folder: RunFolder;
  readonly limits: Limits;
  readonly timeline: ObservedTimeline;
}
