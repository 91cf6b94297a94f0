import type { Positions } from '../../queue/reader.ts';
import type { ObservedGroup } from '../../queue/watching/group-watch.ts';
import { MAX_LISTED, type Rebalance, type Reset } from '../../runs/documents/observed-service-json.ts';

/**
 * States of a Kafka group in which its members process no messages, because partitions are being assigned to them.
 */
const REBALANCING = ['PreparingRebalance', 'CompletingRebalance'];

/** Records members, rebalances and resets of a group, from one observation to the next. */
export class GroupHistory {
  readonly rebalances = new Listed<Rebalance>();
  readonly resets = new Listed<Reset>();
  mostMembers: number | null = null;
  #last: { readonly atMs: number; readonly group: ObservedGroup } | null = null;
  /** A rebalance that had not ended at the last observation. */
  #open: Omit<Rebalance, 'toMs' | 'membersAfter'> | null = null;

  /** Whether the group assigned partitions at the last observation. */
  get isRebalancing(): boolean {
    return this.#open !== null;
  }

  take(atMs: number, group: ObservedGroup): void {
    const last = this.#last;
    this.#last = { atMs, group };
    const members = group.members?.size ?? null;
    if (members !== null) this.mostMembers = Math.max(this.mostMembers ?? 0, members);
    if (last === null) return;
    this.#noteRebalance(last, atMs, group);
    for (const reset of resetsBetween(last.group.committed, group.committed, atMs)) this.resets.add(reset);
  }

  /** Ends the history. A rebalance that has not ended is included. */
  end(): void {
    if (this.#open !== null) this.rebalances.add({ ...this.#open, toMs: null, membersAfter: null });
    this.#open = null;
  }

  #noteRebalance(last: { atMs: number; group: ObservedGroup }, atMs: number, group: ObservedGroup): void {
    const isUnsettled = REBALANCING.includes(group.state);
    const isChanged = assignmentOf(last.group) !== assignmentOf(group);
    if (!isUnsettled && !isChanged && this.#open === null) return;
    this.#open ??= { fromMs: last.atMs, membersBefore: last.group.members?.size ?? null };
    if (isUnsettled) return;
    this.rebalances.add({ ...this.#open, toMs: atMs, membersAfter: group.members?.size ?? null });
    this.#open = null;
  }
}

/** A list that keeps only its first items, but counts all items. */
class Listed<T> {
  readonly first: T[] = [];
  count = 0;

  add(item: T): void {
    this.count++;
    if (this.first.length < MAX_LISTED) this.first.push(item);
  }
}

function assignmentOf({ members }: ObservedGroup): string {
  return [...(members ?? [])]
    .map((member) => member.join(' '))
    .sort()
    .join('\n');
}

/**
 * Finds the partitions whose committed offset moved back. A committed offset that disappeared is a reset too.
 */
function* resetsBetween(before: Positions, now: Positions, atMs: number): Generator<Reset> {
  for (const [partition, fromOffset] of before) {
    const toOffset = now.get(partition) ?? 0;
    if (toOffset < fromOffset) yield { atMs, partition, fromOffset, toOffset };
  }
}
