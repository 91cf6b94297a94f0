import fc from 'fast-check';
import { ANSWERS, type Answer } from '../play.ts';

/**
 * A whole history of a queue: what was in it before, one or two runs and their services, what befell the queue between
 * two verifications, and each verification.
 */
export interface Story {
  /** A log that can be read again, or a queue that gives each message out once. */
  readonly kind: 'log' | 'once';
  readonly stamps: 'LogAppendTime' | 'CreateTime';
  /** Whether the queue has an id that another one of its name does not have. */
  readonly tellsId: boolean;
  /** Messages of others in each partition, an hour before the runs, and how many of them are gone by then. */
  readonly older: number;
  readonly olderGone: number;
  /** By how much the sender's clock is ahead of the broker's. */
  readonly aheadMs: number;
  /** Who noted where the queue ended before the first send; `live` stays and reads. */
  readonly tap: 'none' | 'noted' | 'live';
  /** What befalls the queue after the taps and before the first send. */
  readonly beforeSending: readonly Event[];
  readonly addsPartition: boolean;
  readonly runs: readonly RunStory[];
  readonly verifications: readonly Verification[];
}

export interface RunStory {
  readonly scenes: readonly Scene[];
  /** After how many scenes the sender was killed; null: it stopped in good order. */
  readonly killedAfter: number | null;
  /** How many rows had not reached the disk then. */
  readonly rowsLost: number;
  readonly service: Service | null;
  /** Messages of an older run of the same id. */
  readonly usedBefore: number;
  /** A message that has no row. */
  readonly extra: boolean;
}

/** A copy of a message that reaches the queue. */
export interface Sent {
  readonly partition: number;
  readonly damaged: boolean;
  /** By how much its producer's clock is behind, which stamps it where the broker does not. */
  readonly stampedAgoMs: number;
}

/** One message: its answer, and where each copy of it goes. */
export interface Scene {
  readonly answer: Answer;
  readonly copies: readonly Sent[];
}

export interface Service {
  readonly end: 'in good order' | 'too early' | 'without drain' | 'killed';
  /** Which of the messages it gets it leaves, by their place. */
  readonly leaves: readonly number[];
  /** It shares its queue with no other service, and gets the messages of all runs. */
  readonly servesAll: boolean;
}

export type Event =
  /** Retention, or an administrator, removes so many messages from the front of a partition. */
  | { readonly kind: 'removed'; readonly partition: number; readonly messages: number }
  | { readonly kind: 'made anew'; readonly messages: number }
  /** Somebody else's message, stamped by its sender with another time. */
  | { readonly kind: 'foreign'; readonly partition: number; readonly agoMs: number }
  /** A verification of the first run takes so many messages, and is killed. */
  | { readonly kind: 'taken by a killed one'; readonly messages: number };

export interface Verification {
  readonly before: readonly Event[];
  /** All runs together, or only the first. */
  readonly together: boolean;
  readonly from: 'beginning' | null;
  readonly consume: boolean;
  /** The share of each partition after which the reader breaks off; null: it does not. */
  readonly breaksOff: number | null;
  /** One that breaks off has learnt where the queue ends. */
  readonly knowsEnds: boolean;
  /** The queue is asked for its id, and does not answer. */
  readonly withholdsId: boolean;
  readonly exactlyOnce: boolean;
  readonly ordered: boolean;
}

/** Null but once in so many. */
const onceIn = <T>(times: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: times - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });
/** True once in six. */
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
  runs: fc.array(run, { minLength: 1, maxLength: 2 }),
  verifications: fc.array(verification, { minLength: 1, maxLength: 3 }),
});
