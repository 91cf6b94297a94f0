import type { Delivery, Positions } from '../../queue/reader.ts';
import type { ObservedGroup } from '../../queue/watching/group-watch.ts';
import type { GroupEnd } from '../../runs/documents/observed-service-json.ts';
import type { GroupRow } from '../../runs/rows/observed-timeline-csv.ts';
import {
  newLatencyHistogram,
  recordLatenciesMs,
  summariseHistogram,
} from '../../samples/latency/histogram.ts';
import { type BeyondEnd, OffsetsBeyondEnd } from './beyond-end.ts';
import { DrainRate } from './drain-rate.ts';
import { GroupHistory } from './group-history.ts';
import { UncommittedMessages } from './uncommitted.ts';

/** One answer of the queue about the group, with the times of the request and of the answer. */
export interface TimedGroup {
  readonly askedAtMs: number;
  readonly answeredAtMs: number;
  readonly group: ObservedGroup;
}

/**
 * A partition whose committed offset moved back, so that messages which were already committed are not committed now.
 */
export interface Behind {
  readonly partition: number;
  readonly committed: number;
  readonly end: number;
}

/**
 * Compares the messages that arrived with the committed offsets of a group. A committed offset says that
 * every message before it is committed, but not when this happened. The time of a commit is somewhere between
 * two observations.
 */
export class GroupMeasurements {
  /** Microseconds from the arrival of a message to the first observation in which it was committed. */
  readonly waits = newLatencyHistogram();
  readonly history = new GroupHistory();
  readonly #originMs: number;
  readonly #rate = new DrainRate();
  readonly #beyondEnd = new OffsetsBeyondEnd();
  readonly #uncommitted = new Map<number, UncommittedMessages>();
  /** The highest committed offset of each partition so far. */
  readonly #passed = new Map<number, number>();
  #messages = 0;
  #lastArrivalMs: number | null = null;
  #allCommittedAtMs: number | null = null;
  #peakBacklog = 0;
  #longestAgeMs = 0;
  #longestGapMs = 0;
  #observations = 0;
  #first: ObservedGroup | null = null;
  #last: TimedGroup | null = null;

  /**
   * Creates empty measurements.
   * @param originMs a time in epoch milliseconds before which no message arrives
   */
  constructor(originMs: number) {
    this.#originMs = originMs;
  }

  /** Number of messages that arrived and were never seen as committed. */
  get backlog(): number {
    let count = 0;
    for (const messages of this.#uncommitted.values()) count += messages.count;
    return count;
  }

  get messages(): number {
    return this.#messages;
  }

  get last(): ObservedGroup | null {
    return this.#last?.group ?? null;
  }

  /**
   * The partitions whose committed offset is now lower than before. Messages between the two offsets were
   * counted as committed.
   */
  get behind(): readonly Behind[] {
    const committed = this.#last?.group.committed ?? new Map<number, number>();
    return [...this.#uncommitted].flatMap(([partition, { end }]) => {
      const now = committed.get(partition) ?? 0;
      const passed = this.#passed.get(partition) ?? 0;
      return now < Math.min(passed, end) ? [{ partition, committed: now, end }] : [];
    });
  }

  /** The committed offsets that are beyond the end of the log. The measurements ignore them. */
  get beyondEnd(): readonly BeyondEnd[] {
    return this.#beyondEnd.present;
  }

  arrived({
    partition,
    offset,
    receivedAtMs,
  }: Pick<Delivery, 'partition' | 'offset' | 'receivedAtMs'>): void {
    let messages = this.#uncommitted.get(partition);
    if (messages === undefined) {
      messages = new UncommittedMessages(this.#originMs);
      this.#uncommitted.set(partition, messages);
    }
    if (!messages.add(offset, receivedAtMs)) return;
    this.#messages++;
    this.#lastArrivalMs = receivedAtMs;
    this.#allCommittedAtMs = null;
  }

  take(answer: TimedGroup): GroupRow {
    const { answeredAtMs: atMs } = answer;
    const group = this.#beyondEnd.without(answer.group);
    const before = this.#last;
    this.#first ??= group;
    this.#last = { ...answer, group };
    this.#observations++;
    if (before !== null) this.#longestGapMs = Math.max(this.#longestGapMs, atMs - before.askedAtMs);
    this.history.take(atMs, group);
    // The group can commit a message before the message arrives at this reader.
    if (before !== null) this.#commit(this.#passed, before.answeredAtMs);
    for (const [partition, offset] of group.committed) {
      this.#passed.set(partition, Math.max(offset, this.#passed.get(partition) ?? 0));
    }
    this.#commit(this.#passed, atMs);
    this.#rate.take(atMs, this.#sumOf(group), before !== null && this.#isBusy(before.group, group));
    return this.#rowAt(atMs, group);
  }

  end(unanswered: number, notCommitted: string | null): Omit<GroupEnd, 'at'> {
    this.history.end();
    const { rebalances, resets, mostMembers } = this.history;
    return {
      observations: this.#observations,
      unanswered,
      longestGapMs: this.#longestGapMs,
      state: this.last?.state ?? '',
      members: this.last?.members?.size ?? null,
      mostMembers,
      messages: this.#messages,
      committed: this.committed,
      waitMs: summariseHistogram(this.waits),
      lastArrivalMs: this.#lastArrivalMs,
      allCommittedAtMs: this.#allCommittedAtMs,
      peakBacklog: this.#peakBacklog,
      longestAgeMs: this.#longestAgeMs,
      waitingBefore: this.#first === null ? 0 : this.#lagOf(this.#first),
      drainRate: this.#rate.measured,
      rebalances: { count: rebalances.count, first: rebalances.first },
      resets: { count: resets.count, first: resets.first },
      notCommitted,
    };
  }

  get committed(): number {
    return this.#messages - this.backlog;
  }

  #commit(offsets: Positions, atMs: number): void {
    for (const [partition, messages] of this.#uncommitted) {
      messages.commit(offsets.get(partition) ?? 0, (count, arrivedAtMs) =>
        recordLatenciesMs(this.waits, Math.max(0, atMs - arrivedAtMs), count),
      );
    }
  }

  #rowAt(atMs: number, group: ObservedGroup): GroupRow {
    const { backlog } = this;
    const oldest = [...this.#uncommitted.values()].flatMap(({ oldestMs }) => oldestMs ?? []);
    const oldestAgeMs = oldest.length === 0 ? 0 : Math.max(0, atMs - Math.min(...oldest));
    this.#peakBacklog = Math.max(this.#peakBacklog, backlog);
    this.#longestAgeMs = Math.max(this.#longestAgeMs, oldestAgeMs);
    if (this.#messages > 0 && backlog === 0) this.#allCommittedAtMs ??= atMs;
    const members = group.members?.size ?? null;
    const lag = this.#lagOf(group);
    return { atMs, cells: { committed: this.committed, backlog, oldestAge: oldestAgeMs, lag, members } };
  }

  /**
   * Returns the next offset that the group reads in a partition. If the group has committed no offset, it may never
   * read older messages. Then returns the end of the log at the first observation. The group never reads deleted
   * messages.
   */
  #positionOf(partition: number, { committed, beginnings }: ObservedGroup): number {
    const position = committed.get(partition) ?? this.#first?.ends.get(partition) ?? 0;
    return Math.max(position, beginnings.get(partition) ?? 0);
  }

  #sumOf(group: ObservedGroup): number {
    return [...group.ends.keys()].reduce((sum, partition) => sum + this.#positionOf(partition, group), 0);
  }

  #lagOf(group: ObservedGroup): number {
    return [...group.ends].reduce(
      (sum, [partition, end]) => sum + Math.max(0, end - this.#positionOf(partition, group)),
      0,
    );
  }

  /**
   * Whether a message was in the log at the last observation and is still not committed. If messages were deleted that
   * the group had not committed, its position moved without any work, so the group does not count as busy.
   */
  #isBusy(before: ObservedGroup, now: ObservedGroup): boolean {
    const isBefore = ([partition, beginning]: [number, number]) =>
      this.#positionOf(partition, before) < beginning;
    if ([...now.beginnings].some(isBefore)) return false;
    return [...before.ends].some(([partition, end]) => this.#positionOf(partition, now) < end);
  }
}
