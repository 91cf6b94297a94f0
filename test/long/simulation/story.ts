import fc from 'fast-check';
import { ANSWERS, type Answer } from '../play.ts';

/**
 * The whole history of a queue: older messages, one or two runs and their services, events between verifications, and
 * each verification.
 */
export interface Story {
  /** The kind of queue: a log that can be read repeatedly, or a queue that delivers each message once. */
  readonly kind: 'log' | 'once';
  readonly stamps: 'LogAppendTime' | 'CreateTime';
  /** Whether the queue has an ID that distinguishes it from another queue with the same name. */
  readonly tellsId: boolean;
  /**
   * `older`: number of foreign messages that arrived in each partition one hour before the runs. `olderGone`: number of
   * these messages that were removed since then.
   */
  readonly older: number;
  readonly olderGone: number;
  /** By how many milliseconds the sender's clock is ahead of the broker's clock. */
  readonly aheadMs: number;
  /**
   * What a tap, a reader that opens before the first send, did. `noted`: it recorded the end of the queue.
   * `live`: it also read the messages.
   */
  readonly tap: 'none' | 'noted' | 'live';
  /** Events in the queue after the taps and before the first send. */
  readonly beforeSending: readonly Event[];
  readonly addsPartition: boolean;
  /** Number of messages that retention removes from each partition after a live tap has read to the end. */
  readonly removedAfterTap: number;
  /**
   * When the last message of the first run arrives after a live tap has read to the end. Null if no message arrives so
   * late.
   */
  readonly late: Late | null;
  readonly runs: readonly RunStory[];
  readonly verifications: readonly Verification[];
}

/** `while judging`: the tap still reads, but has stopped counting. `after the tap`: the tap is closed. */
export interface Late {
  readonly when: 'while judging' | 'after the tap';
  readonly partition: number;
}

export interface RunStory {
  readonly scenes: readonly Scene[];
  /** Number of scenes before the sender was killed. Null if the sender ended cleanly. */
  readonly killedAfter: number | null;
  /** Number of rows that had not reached the disk when the sender was killed. */
  readonly rowsLost: number;
  readonly service: Service | null;
  /** Number of messages of an older run with the same ID. */
  readonly usedBefore: number;
  /** Whether the queue has a message without a row in the samples. */
  readonly extra: boolean;
}

/** A copy of a message that reaches the queue. */
export interface Sent {
  readonly partition: number;
  readonly damaged: boolean;
  /**
   * By how many milliseconds its producer's clock is behind. The producer sets the timestamp if the broker
   * does not.
   */
  readonly stampedAgoMs: number;
}

/** One message: its response, and the partition of each copy. */
export interface Scene {
  readonly answer: Answer;
  readonly copies: readonly Sent[];
}

export interface Service {
  readonly end: 'in good order' | 'too early' | 'without drain' | 'killed';
  /** The indices of the messages that the service leaves unprocessed. */
  readonly leaves: readonly number[];
  /** Whether the service receives the messages of all runs. */
  readonly servesAll: boolean;
}

export type Event =
  /** Retention or an administrator removes this many messages from the front of a partition. */
  | { readonly kind: 'removed'; readonly partition: number; readonly messages: number }
  | { readonly kind: 'made anew'; readonly messages: number }
  /** A foreign message with a timestamp of its sender. */
  | { readonly kind: 'foreign'; readonly partition: number; readonly agoMs: number }
  /** A verification of the first run removes this many messages, and is killed. */
  | { readonly kind: 'taken by a killed one'; readonly messages: number };

export interface Verification {
  readonly before: readonly Event[];
  /** Whether all runs are verified together, or only the first one. */
  readonly together: boolean;
  readonly from: 'beginning' | null;
  readonly consume: boolean;
  /** The share of each partition after which the reader stops early. Null if the reader reads to the end. */
  readonly breaksOff: number | null;
  /** Whether a reader that stops early knows the ends of the queue. */
  readonly knowsEnds: boolean;
  /** Whether the queue does not report its ID. */
  readonly withholdsId: boolean;
  readonly exactlyOnce: boolean;
  readonly ordered: boolean;
}

/** Generates a value in one of `times` cases, and null in all other cases. */
const onceIn = <T>(times: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: times - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });
/** Generates true in one of six cases. */
const rarely = fc.integer({ min: 0, max: 5 }).map((n) => n === 0);
const upTo = (max: number) => fc.integer({ min: 0, max });
const partition = upTo(2);

const removed = fc.record({
  kind: fc.constant('removed' as const),
  partition,
  messages: fc.integer({ min: 1, max: 9 }),
});
const madeAnew = fc.record({ kind: fc.constant('made anew' as const), messages: upTo(9) });
const foreign = fc.record({
  kind: fc.constant('foreign' as const),
  partition,
  agoMs: fc.constantFrom(0, 604_800_000),
});
const takenAndKilled = fc.record({
  kind: fc.constant('taken by a killed one' as const),
  messages: upTo(2),
});
const events = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Event[]>([]) },
  {
    weight: 3,
    arbitrary: fc.array(fc.oneof<fc.Arbitrary<Event>[]>(removed, madeAnew, foreign, takenAndKilled), {
      minLength: 1,
      maxLength: 2,
    }),
  },
);

const stampedAgoMs = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constant(2 * 24 * 3_600_000) },
);
const whole = fc.record({ partition, damaged: fc.constant(false), stampedAgoMs: fc.constant(0) });
const copy = fc.record({ partition, damaged: rarely, stampedAgoMs });
const quiet: fc.Arbitrary<Scene> = fc.record({
  answer: fc.constant<Answer>('ok'),
  copies: fc.tuple(whole),
});
const wild: fc.Arbitrary<Scene> = fc.record({
  answer: fc.constantFrom(...(Object.keys(ANSWERS) as Answer[])),
  copies: fc.array(copy, { maxLength: 2 }),
});
const lossy: fc.Arbitrary<Scene> = fc.record({
  answer: fc.constant<Answer>('ok'),
  copies: fc.oneof(fc.constant([]), fc.tuple(whole, whole)),
});
const scene = fc.oneof(
  { weight: 14, arbitrary: quiet },
  { weight: 1, arbitrary: wild },
  { weight: 1, arbitrary: lossy },
);

const service: fc.Arbitrary<Service> = fc.record({
  end: fc.oneof(
    { weight: 3, arbitrary: fc.constant('in good order' as const) },
    fc.constantFrom('too early' as const, 'without drain' as const, 'killed' as const),
  ),
  leaves: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(upTo(7), { maxLength: 2 })),
  servesAll: rarely,
});

const run: fc.Arbitrary<RunStory> = fc.record({
  scenes: fc.array(scene, { minLength: 1, maxLength: 6 }),
  killedAfter: onceIn(8, fc.integer({ min: 0, max: 6 })),
  rowsLost: upTo(2),
  service: onceIn(3, service),
  usedBefore: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, upTo(2)),
  extra: fc.integer({ min: 0, max: 11 }).map((n) => n === 0),
});

const verification: fc.Arbitrary<Verification> = fc.record({
  before: events,
  together: fc.boolean(),
  from: fc.constantFrom('beginning', null, null),
  consume: fc.boolean(),
  breaksOff: onceIn(8, fc.double({ min: 0, max: 1, noNaN: true })),
  knowsEnds: fc.boolean(),
  withholdsId: rarely,
  exactlyOnce: rarely,
  ordered: rarely,
});

export const stories: fc.Arbitrary<Story> = fc.record({
  kind: fc.constantFrom('log', 'log', 'once'),
  stamps: fc.constantFrom('LogAppendTime', 'CreateTime'),
  tellsId: fc.boolean(),
  older: upTo(4),
  olderGone: fc.oneof(fc.constant(0), upTo(4)),
  aheadMs: fc.constantFrom(0, 0, 600_000, -600_000, 9_000_000),
  tap: fc.constantFrom('none', 'noted', 'live'),
  beforeSending: fc.oneof({ weight: 6, arbitrary: fc.constant<Event[]>([]) }, events),
  addsPartition: rarely,
  removedAfterTap: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, upTo(9)),
  late: onceIn(
    4,
    fc.record({ when: fc.constantFrom('while judging' as const, 'after the tap' as const), partition }),
  ),
  runs: fc.array(run, { minLength: 1, maxLength: 2 }),
  verifications: fc.array(verification, { minLength: 1, maxLength: 3 }),
});
