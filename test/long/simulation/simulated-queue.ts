import type { Doubt } from '../../../src/queue/doubt.ts';
import type { Capabilities, Queue } from '../../../src/queue/queue.ts';
import type {
  Delivery,
  Drain,
  Positions,
  Reader,
  ReaderOptions,
  RunStart,
  StartingPoint,
} from '../../../src/queue/reader.ts';
import type { Entry, World } from './world.ts';

/** Where the readers of a verification stop early. Null if the readers reach the end. */
export interface BreakOff {
  /** The share of each partition that is read. */
  readonly share: number;
  readonly knowsEnds: boolean;
}

export interface Killing {
  readonly messages: number;
  readonly onKilled: (taken: readonly Entry[]) => void;
}

/** A queue in memory. Its content changes only between two readings, never during one. */
export class SimulatedQueue implements Queue {
  readonly capabilities: Capabilities;
  readonly url: string;
  readonly #world: World;
  breakOff: BreakOff | null = null;
  /** If set, the next reader removes this number of messages and is then killed. */
  killed: Killing | null = null;
  /** Called once, before the next reader that begins at the start of the log. */
  beforeRereading: (() => void) | null = null;

  /**
   * Called once, when the next reader has read the log to its end and counted its messages. The function can add
   * messages to the log. The reader still reads them, but they do not change the counts.
   */
  whileJudging: (() => void) | null = null;

  constructor(world: World, kind: 'log' | 'once') {
    this.#world = world;
    const isLog = kind === 'log';
    this.capabilities = { tap: isLog, replay: isLog, order: 'partition', deduplicates: false };
    this.url = isLog ? 'kafka://localhost:9092/simulated' : 'sqs://sqs.us-east-1.amazonaws.com/simulated';
  }

  async prepare(): Promise<void> {}

  async openReader(options: ReaderOptions): Promise<Reader> {
    if (options.from.kind === 'beginning') {
      this.beforeRereading?.();
      this.beforeRereading = null;
    }
    if (this.killed !== null) return new TakingReader(this.#world, options, null, this.killed);
    return this.capabilities.replay
      ? new LogReader(
          this.#world,
          options,
          () => this.breakOff,
          () => this.#takeWhileJudging(),
        )
      : new TakingReader(this.#world, options, this.breakOff, null);
  }

  #takeWhileJudging(): (() => void) | null {
    const { whileJudging } = this;
    this.whileJudging = null;
    return whileJudging;
  }

  openSender(): Promise<never> {
    throw new Error('this queue cannot send');
  }

  openConsumer(): Promise<never> {
    throw new Error('this queue cannot be consumed');
  }

  openBacklog(): Promise<never> {
    throw new Error('this queue has no backlog');
  }

  depth(): Promise<never> {
    throw new Error('this queue has no depth');
  }

  async close(): Promise<void> {}
}

/** Reads by position, like a reader of Kafka. */
class LogReader implements Reader {
  readonly #world: World;
  readonly #options: ReaderOptions;
  readonly #breakOff: () => BreakOff | null;
  readonly #takeWhileJudging: () => (() => void) | null;
  readonly #start: Map<number, number>;
  readonly #positions: Map<number, number>;
  #doubt: Doubt | null = null;

  constructor(
    world: World,
    options: ReaderOptions,
    breakOff: () => BreakOff | null,
    takeWhileJudging: () => (() => void) | null,
  ) {
    this.#world = world;
    this.#options = options;
    this.#breakOff = breakOff;
    this.#takeWhileJudging = takeWhileJudging;
    this.#start = new Map(startOf(world, options.from));
    this.#positions = new Map(this.#start);
  }

  get start(): Positions {
    return new Map(this.#start);
  }

  async queueId(): Promise<string | null> {
    return this.#world.queueId;
  }

  async drain(): Promise<Drain> {
    const breakOff = this.#breakOff();
    const ends = this.#world.ends();
    for (const [partition, end] of ends) this.#read(partition, end, breakOff?.share ?? 1);
    for (const partition of this.#positions.keys()) {
      if (!ends.has(partition)) this.#doubt ??= recreated(`partition ${partition} is gone`);
    }
    if (breakOff !== null)
      return { complete: false, reason: 'broken off', ends: breakOff.knowsEnds ? ends : null };
    return { complete: true, ends };
  }

  #read(partition: number, end: number, share: number): void {
    const { start, entries } = this.#world.partition(partition);
    const known = this.#positions.get(partition);
    // A partition that was added after the reader opened is read from its beginning, even if the reader began at the
    // end.
    if (known === undefined) this.#start.set(partition, start);
    const position = known ?? start;
    if (position > end) this.#doubt ??= recreated(`partition ${partition} was cut or recreated`);
    if (position < start) {
      const text = `the log of partition ${partition} no longer reaches ${position}`;
      this.#doubt ??= { kind: 'removed-by-retention', text, prevents: 'absence' };
    }
    const from = Math.max(position, start);
    const until = from + Math.floor((end - from) * share);
    const read = entries.filter(({ offset }) => offset >= from && offset < until);
    if (read.length > 0) this.#options.onDeliveries(read.map((entry) => deliveryOf(entry, partition)));
    this.#positions.set(partition, Math.max(position, until));
  }

  /** Kafka removes the oldest messages first. Only the broker's own timestamp shows when a message arrived. */
  async removedSince(since: RunStart): Promise<Doubt | null> {
    const whileJudging = this.#takeWhileJudging();
    if (whileJudging !== null) {
      whileJudging();
      for (const [partition, end] of this.#world.ends()) this.#read(partition, end, 1);
    }
    if (this.#doubt !== null) return this.#doubt;
    if (since.kind === 'positions') return null;
    const { epochMs, clock } = since;
    for (const partition of this.#world.ends().keys()) {
      const { start, entries } = this.#world.partition(partition);
      const first = entries.find(({ offset }) => offset >= start);
      const isOlder = first?.stamp.source === 'LogAppendTime' && first.stamp.atMs < epochMs;
      const text = `partition ${partition} begins at ${start} now`;
      if (start > 0 && !(clock === 'queue' && isOlder))
        return { kind: 'removed-by-retention', text, prevents: 'absence' };
    }
    return null;
  }

  async close(): Promise<void> {}
}

function startOf(world: World, from: StartingPoint): Positions {
  const ends = world.ends();
  const beginnings = new Map(
    [...ends.keys()].map((partition) => [partition, world.partition(partition).start]),
  );
  switch (from.kind) {
    case 'end':
      return ends;
    case 'beginning':
      return beginnings;
    case 'positions':
      return new Map([...beginnings, ...from.positions]);
    case 'time':
      return new Map(
        [...ends].map(([partition, end]) => [partition, offsetAt(world, partition, from.epochMs) ?? end]),
      );
  }
}

function offsetAt(world: World, partition: number, epochMs: number): number | undefined {
  const { start, entries } = world.partition(partition);
  return entries.find(({ offset, stamp }) => offset >= start && stamp.atMs >= epochMs)?.offset;
}

/** A reader of a queue that delivers each message once. The reader removes each message permanently. */
class TakingReader implements Reader {
  readonly start: Positions = new Map();
  readonly #world: World;
  readonly #options: ReaderOptions;
  readonly #breakOff: BreakOff | null;
  readonly #killed: Killing | null;
  #read = 0;

  constructor(world: World, options: ReaderOptions, breakOff: BreakOff | null, killed: Killing | null) {
    this.#world = world;
    this.#options = options;
    this.#breakOff = breakOff;
    this.#killed = killed;
  }

  async queueId(): Promise<string | null> {
    return null;
  }

  async drain(): Promise<Drain> {
    if (this.#killed !== null) {
      this.#killed.onKilled(this.#take(this.#killed.messages));
      return new Promise(() => {});
    }
    this.#take(Math.ceil(this.#world.visible().length * (this.#breakOff?.share ?? 1)));
    if (this.#breakOff !== null) return { complete: false, reason: 'broken off', ends: null };
    return { complete: true, ends: new Map() };
  }

  #take(messages: number): readonly Entry[] {
    const taken = this.#world.take(messages);
    const deliveries = taken.map((entry) => ({
      ...deliveryOf(entry, 0),
      offset: this.#read++,
      timestamp: null,
    }));
    if (deliveries.length > 0) this.#options.onDeliveries(deliveries);
    return taken;
  }

  async removedSince(): Promise<Doubt | null> {
    return null;
  }

  async close(): Promise<void> {}
}

function recreated(text: string): Doubt {
  return { kind: 'queue-recreated', text, prevents: 'always' };
}

function deliveryOf({ offset, value, stamp, appendedAtMs }: Entry, partition: number): Delivery {
  return { partition, offset, value, receivedAtMs: appendedAtMs, redelivered: false, timestamp: stamp };
}
