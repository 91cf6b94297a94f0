/** The fields of a plan that say in which order its thread groups run. Only a .jmx file sets them. */
export interface GroupOrder {
  /**
   * True if each thread group starts after the threads of the previous group have ended. If absent, all groups of a kind
   * start together. Source: TestPlan.java, isSerialized.
   */
  readonly oneGroupAtATime?: true;
  /**
   * True if the tearDown groups also run after a stop. If absent, a stop ends the run. Source: TestPlan.java,
   * isTearDownOnShutdown.
   */
  readonly tearDownAfterStop?: true;
}

/** When the threads of a group start and end. Only a .jmx file sets these fields. */
export interface GroupTimes {
  /** The groups of kind `setUp` run before all other groups, and the groups of kind `tearDown` after them. */
  readonly kind?: 'setUp' | 'tearDown';
  /**
   * The delay after which threads start and the duration begins. 0 if absent. Source: ThreadGroup.java,
   * scheduleThread.
   */
  readonly startDelayMs?: number;
  /**
   * True if the ramp-up begins after the delay, and the last thread starts at the end of the ramp-up. Source:
   * ThreadGroup.java, ThreadStarter.
   */
  readonly delayedStart?: true;
  /** The start and end of each thread. If absent, the ramp-up and the duration define them. */
  readonly schedule?: readonly ThreadSpan[];
}

/** When a thread starts and ends, in milliseconds since the start of its group. */
export interface ThreadSpan {
  readonly startMs: number;
  readonly endMs: number;
}
