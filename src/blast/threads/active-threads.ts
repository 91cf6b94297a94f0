import type { ThreadCounts } from '../../samples/summary/summariser.ts';
import type { TargetRequest } from '../exchange/request.ts';
import type { SampleContext, ThreadPlace } from '../recording/recorder.ts';
import type { ActiveNumbers } from '../timers/throughput.ts';
import type { LoadGroup } from './load-group.ts';
import type { LoadThread } from './load-thread.ts';

/** The threads that have started and not ended. */
export class ActiveThreads {
  #groups = new Map<LoadGroup, Set<LoadThread>>();
  #started = 0;
  #finished = 0;

  get counts(): ThreadCounts {
    return { active: this.#started - this.#finished, started: this.#started, finished: this.#finished };
  }

  /** Begins a stage with these groups. The threads of the previous stage must have ended. */
  begin(groups: readonly LoadGroup[]): void {
    this.#groups = new Map(groups.map((group) => [group, new Set()]));
  }

  add(thread: LoadThread): void {
    this.#groups.get(thread.group)?.add(thread);
    this.#started += 1;
  }

  /** Returns false if the thread has ended before. */
  remove(thread: LoadThread): boolean {
    const isActive = this.#groups.get(thread.group)?.delete(thread) === true;
    if (isActive) this.#finished += 1;
    return isActive;
  }

  all(): LoadThread[] {
    return [...this.#groups.values()].flatMap((threads) => [...threads]);
  }

  /** How many threads are active in all groups, and in the group of a thread. */
  around({ group }: LoadThread): ActiveNumbers {
    return { all: this.counts.active, inGroup: this.#numberIn(group) };
  }

  /** Returns the thread of a sample, and the number of active threads. The loop is that of the thread group. */
  placeOf(thread: LoadThread): ThreadPlace {
    const { group, name, groupLoop } = thread;
    return {
      threadName: name,
      threadGroup: group.hasKinds ? group.number : null,
      loop: groupLoop,
      grpThreads: this.#numberIn(group),
      allThreads: this.counts.active,
    };
  }

  /** Returns what a sample says about its thread and its request. */
  contextOf(thread: LoadThread, request: TargetRequest): SampleContext {
    const { group, name: threadName, loop, request: number, intendedAt } = thread;
    const threadGroup = group.hasKinds ? group.number : null;
    const allThreads = this.counts.active;
    const grpThreads = this.#numberIn(group);
    return { request, number, intendedAt, threadName, threadGroup, loop, grpThreads, allThreads };
  }

  #numberIn(group: LoadGroup): number {
    return this.#groups.get(group)?.size ?? 0;
  }
}
