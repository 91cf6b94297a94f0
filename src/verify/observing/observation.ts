import type { ObservedService } from '../../runs/documents/observed-service-json.ts';
import type { ObservedRow } from '../../runs/rows/observed-timeline-csv.ts';
import type { Histogram } from '../../samples/latency/histogram.ts';
import type { ServiceObserver } from '../options.ts';

/**
 * One way to observe a service: how to ask the queue about the service, and what the queue's answers have shown so
 * far.
 */
export interface Observation {
  /** The columns of the observation's timeline, without the time. */
  readonly columns: readonly string[];
  /** How long messages waited for the service. Null if the queue does not show that. */
  readonly waits: Histogram | null;
  /** Whether the service has nothing left to do, as far as the queue can show it. */
  readonly isDone: boolean;
  /**
   * Whether the service may still be working although no progress was seen. Examples: partitions are being assigned, or
   * the counts of the queue may be old.
   */
  readonly isPending: boolean;
  /** A text that changes when the service makes progress. */
  readonly progress: string;
  arrived: ServiceObserver['arrived'];
  /** Asks the queue once. The promise never rejects. */
  ask(): Promise<Asked>;
  /**
   * Returns the record for observed-service.json.
   * @param ended null while the observation has not ended
   */
  record(base: RecordBase, ended: EndOfObservation | null): ObservedService;
  close(): Promise<void>;
}

/**
 * The row for the timeline, and the reason why the queue did not answer. The reason is null if the queue
 * answered.
 */
export interface Asked {
  readonly row: ObservedRow;
  readonly failure: string | null;
}

export type RecordBase = Pick<ObservedService, 'schema' | 'run' | 'queue' | 'intervalMs' | 'startedAt'>;

export interface EndOfObservation {
  /** Time of the observation, in ISO 8601. */
  readonly at: string;
  /** Number of requests that the queue did not answer. */
  readonly unanswered: number;
  readonly wait: EndOfWait;
  /** Why the queue did not answer the last request. Null if the queue answered. */
  readonly failure: string | null;
}

export type EndOfWait =
  | { readonly kind: 'done' }
  /** The service made no progress for `settleMs` milliseconds. */
  | { readonly kind: 'no-progress'; readonly settleMs: number }
  | { readonly kind: 'deadline'; readonly deadlineMs: number }
  | { readonly kind: 'interrupted' };

/** Describes why the observation ended before the service was done. */
export function endTexts(end: EndOfWait): string[] {
  switch (end.kind) {
    case 'done':
      return [];
    case 'no-progress':
      return [`no progress for ${end.settleMs / 1_000} s (--settle)`];
    case 'deadline':
      return [`the service was not done after ${end.deadlineMs / 1_000} s (--deadline)`];
    case 'interrupted':
      return ['the observation was interrupted'];
  }
}

/** The present time in epoch milliseconds, with a fraction. */
export const nowMs = () => performance.timeOrigin + performance.now();
