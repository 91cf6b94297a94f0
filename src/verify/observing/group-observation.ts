import type { Queue } from '../../queue/queue.ts';
import type { GroupWatch } from '../../queue/watching/group-watch.ts';
import type { ObservedGroupRecord } from '../../runs/documents/observed-service-json.ts';
import { GROUP_COLUMNS, type GroupRow } from '../../runs/rows/observed-timeline-csv.ts';
import { GroupMeasurements } from './group-measurements.ts';
import { notCommittedText } from './not-committed.ts';
import { type EndOfObservation, nowMs, type Observation, type RecordBase } from './observation.ts';

/** Observes the committed offsets and the members of a consumer group. */
export class GroupObservation implements Observation {
  readonly columns = GROUP_COLUMNS;
  readonly #watch: GroupWatch;
  readonly #group: string;
  readonly #measurements: GroupMeasurements;

  private constructor(watch: GroupWatch, group: string, startedAtMs: number) {
    this.#watch = watch;
    this.#group = group;
    this.#measurements = new GroupMeasurements(startedAtMs);
  }

  /**
   * Starts to observe a group.
   * @throws QblError 'environment' if the group cannot be read
   */
  static async open(queue: Queue, group: string, startedAtMs: number): Promise<GroupObservation> {
    const watch = await queue.openGroupWatch?.(group);
    if (watch === undefined) throw new RangeError(`${queue.url} has no consumer groups`);
    return new GroupObservation(watch, group, startedAtMs);
  }

  get waits() {
    return this.#measurements.waits;
  }

  get isDone(): boolean {
    return this.#measurements.backlog === 0 && this.#measurements.behind.length === 0;
  }

  get isPending(): boolean {
    return this.#measurements.history.isRebalancing;
  }

  get progress(): string {
    const { last, history } = this.#measurements;
    return JSON.stringify([[...(last?.committed ?? [])], last?.state, history.rebalances.count]);
  }

  arrived(delivery: Parameters<Observation['arrived']>[0]): void {
    this.#measurements.arrived(delivery);
  }

  async ask(): Promise<{ readonly row: GroupRow; readonly failure: string | null }> {
    const askedAtMs = nowMs();
    const { kind, ...answer } = await this.#watch.read();
    const answeredAtMs = nowMs();
    if ('reason' in answer) return { row: this.#silentRow(answeredAtMs), failure: answer.reason };
    return { row: this.#measurements.take({ askedAtMs, answeredAtMs, group: answer }), failure: null };
  }

  record(base: RecordBase, ended: EndOfObservation | null): ObservedGroupRecord {
    const end = ended === null ? null : this.#end(ended);
    return { ...base, observedBy: 'group', group: this.#group, end };
  }

  close(): Promise<void> {
    return this.#watch.close();
  }

  #end({ at, unanswered, wait, failure }: EndOfObservation): ObservedGroupRecord['end'] {
    const notCommitted = notCommittedText(this.#group, this.#measurements, wait, failure);
    return { at, ...this.#measurements.end(unanswered, notCommitted) };
  }

  #silentRow(atMs: number): GroupRow {
    const { committed } = this.#measurements;
    return { atMs, cells: { committed, backlog: null, oldestAge: null, lag: null, members: null } };
  }
}
