/**
 * Why a run ended: the plan was completed, a signal arrived, or failed samples stopped the run. 'stopthread' means that
 * failed samples ended every thread although requests of the thread were left.
 */
export type EndReason = 'completed' | 'stopped' | 'interrupted' | 'stoptest' | 'stoptestnow' | 'stopthread';

/** Finds out why a run ended. */
export class RunEnd {
  #stoppedBy: EndReason | null = null;
  /** Number of threads that a failed sample ended although requests of the thread were left. */
  #cut = 0;
  /** Whether a stop left out requests of a group that has an end. */
  leftOut = false;

  get wasStopped(): boolean {
    return this.#stoppedBy !== null;
  }

  /** If several calls give a reason, the first reason is kept. */
  stop(reason: EndReason): void {
    this.#stoppedBy ??= reason;
  }

  interrupt(reason: EndReason): void {
    if (this.#stoppedBy === 'stopped') this.#stoppedBy = reason;
  }

  cutThread(): void {
    this.#cut += 1;
  }

  /** @param started number of threads that have started */
  reasonOf(started: number): EndReason {
    return this.#stoppedBy ?? (started > 0 && this.#cut === started ? 'stopthread' : 'completed');
  }
}
