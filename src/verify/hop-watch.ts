import type { Identity } from '../message/identity.ts';
import type { FindPlace } from '../message/placement.ts';
import type { HopRule } from '../plan/hops.ts';
import type { Doubt } from '../queue/doubt.ts';
import type { Queue } from '../queue/queue.ts';
import type { Delivery } from '../queue/reader.ts';
import type { HopsVerification } from '../runs/documents/hops-json.ts';
import type { Histogram } from '../samples/latency/histogram.ts';
import type { RunInQueue } from './counting/in-queue.ts';
import type { SamplesRead } from './gathering/samples.ts';

/** The hops of the runs: queues to which the user's service writes. The caller has opened them. */
export interface HopsToRead {
  readonly places: readonly HopToRead[];
  readonly rule: HopRule;
  /** How long to wait for outputs after the queue was read to its end. */
  readonly withinMs: number;
}

export interface HopToRead {
  readonly name: string;
  readonly queue: Queue;
  /**
   * The parts of a message in which the reader looks for tokens (identities). If absent, the plan of each run
   * says where.
   */
  readonly find?: readonly FindPlace[];
}

/** What a reading of the first queue shows about one run. */
export interface QueueReading {
  readonly inQueue: RunInQueue;
  readonly samples: Pick<SamplesRead, 'rows' | 'firstStartMs'>;
}

export interface HopWatch {
  /** Start of the run whose messages were read, in epoch milliseconds. Null if no message was read for a start. */
  startOf(run: string): number | null;
  /**
   * Call it with the first copy of each message that was read from the first queue.
   * @param live whether the reader was already open when the message arrived
   */
  addQueueArrival(identity: Identity, delivery: Delivery, live: boolean): void;
  /**
   * Call it after the first queue was read. Waits for messages that are in the queue and in no hop.
   * @param isDrained whether the first queue was read to its end; if not, the function does not wait
   */
  conclude(runs: readonly QueueReading[], isDrained: boolean): Promise<HopsFound>;
}

export interface HopsFound {
  readonly record: HopsVerification;
  /** For each tag in hops.hlog, the histogram of the times to a hop, in microseconds. */
  readonly histograms: ReadonlyMap<string, Histogram>;
  /**
   * Why hops were not read to their ends. Empty if all hops were read to their ends. Also empty if the first queue was
   * not read to its end.
   */
  readonly undrained: readonly string[];
  /** Reasons why hops that were read to their ends may have had more messages. */
  readonly doubts: readonly Doubt[];
  /** Number of deliveries that are either second copies, or first copies that a hop redelivered. */
  readonly redelivered: number;
}
