import type { FilledText } from '../../plan/language/filled-text.ts';
import { javaDouble, javaLong } from '../../plan/language/java-int.ts';
import { isPause, type PreciseTimer, type ThroughputTimer, type Timer } from '../../plan/timers/timer.ts';
import { Arrivals } from './arrivals.ts';
import { javaRandom } from './java-random.ts';
import type { Random } from './random.ts';
import { randomDelayMs } from './random-delay.ts';
import { type ActiveNumbers, SharedSchedule, ThroughputState } from './throughput.ts';

/** A thread that has timers before its next request. */
export interface WaitingThread<Group extends object> {
  readonly group: Group;
  /** Evaluates a text for the next message. */
  textOf(text: FilledText): string;
}

/** The moment at which a thread comes to its timers. */
interface Moment {
  readonly elapsedMs: number;
  readonly active: ActiveNumbers;
}

/** The timers of one run, with what they remember. */
export class RunTimers<Group extends object> {
  readonly #startedAtMs: number;
  readonly #random: Random;
  readonly #states = new WeakMap<WaitingThread<Group>, Map<string, ThroughputState>>();
  readonly #sharedByAll = new SharedSchedule();
  readonly #sharedByGroup = new WeakMap<Group, SharedSchedule>();
  readonly #arrivals = new WeakMap<Group, Arrivals>();

  /** @param startedAtMs the start of the run in epoch milliseconds */
  constructor(startedAtMs: number, random: Random = Math.random) {
    this.#startedAtMs = Math.floor(startedAtMs);
    this.#random = random;
  }

  /**
   * Returns the total time that the timers make a thread wait. Call it once for each message. Source:
   * JMeterThread.java, delay.
   * @param elapsedMs the time since the start of the run
   */
  waitMs(
    timers: readonly Timer[],
    thread: WaitingThread<Group>,
    elapsedMs: number,
    active: ActiveNumbers,
  ): number {
    const moment = { elapsedMs, active };
    return timers.reduce((sum, timer) => sum + this.#delayMs(timer, thread, moment), 0);
  }

  #delayMs(timer: Timer, thread: WaitingThread<Group>, moment: Moment): number {
    if (isPause(timer)) return timer.delayMs + Math.floor(this.#random() * timer.rangeMs);
    if (timer.kind === 'throughput') return this.#throughputMs(timer, thread, moment);
    if (timer.kind === 'precise') return this.#preciseMs(timer, thread.group, moment);
    const delay = javaLong(thread.textOf(timer.delay));
    // A timer without a range is a constant timer, whose delay can be negative.
    if (timer.range.length === 0 && timer.kind === 'uniform') return delay;
    return randomDelayMs(timer.kind, delay, javaDouble(thread.textOf(timer.range)), this.#random);
  }

  #throughputMs(
    { element, perMinute, mode }: ThroughputTimer,
    thread: WaitingThread<Group>,
    { elapsedMs, active }: Moment,
  ): number {
    const states = kept(this.#states, thread, () => new Map<string, ThroughputState>());
    const state = kept(states, element, () => new ThroughputState());
    const shared =
      mode === 'group shared'
        ? kept(this.#sharedByGroup, thread.group, () => new SharedSchedule())
        : this.#sharedByAll;
    const nowMs = this.#startedAtMs + Math.floor(elapsedMs);
    return state.delayMs(mode, javaDouble(thread.textOf(perMinute)), active, shared, nowMs);
  }

  /** The first timer of a thread group that is used decides for the group. Source: PreciseThroughputTimer.java. */
  #preciseMs(timer: PreciseTimer, group: Group, { elapsedMs }: Moment): number {
    const arrivals = kept(
      this.#arrivals,
      group,
      () => new Arrivals(timer, (timer.seed | 0) === 0 ? this.#random : javaRandom(timer.seed)),
    );
    return Math.max(0, Math.trunc(arrivals.next() * 1000 - Math.floor(elapsedMs)));
  }
}

interface Store<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): unknown;
}

function kept<K, V>(store: Store<K, V>, key: K, make: () => V): V {
  const known = store.get(key) ?? make();
  store.set(key, known);
  return known;
}
