import { type OrderedGroups, type Stage, stagesOf } from '../../plan/groups/stages.ts';
import type { LoadGroup } from './load-group.ts';

/** The stages of a run that have not begun. Source: StandardJMeterEngine.java, run. */
export class RunStages {
  readonly #tearDownAfterStop: boolean;
  #left: readonly Stage<LoadGroup>[];
  #current: Stage<LoadGroup>['kind'] | null = null;
  #hasDropped = false;

  constructor(plan: OrderedGroups, groups: readonly LoadGroup[]) {
    this.#left = stagesOf(plan, groups);
    this.#tearDownAfterStop = plan.tearDownAfterStop ?? false;
  }

  /** Returns the groups of the next stage. Null if no stage is left. */
  next(): readonly LoadGroup[] | null {
    const [stage, ...left] = this.#left;
    if (stage === undefined) return null;
    this.#left = left;
    this.#current = stage.kind;
    return stage.groups;
  }

  /** Drops the stages that do not run after a stop. A stop in a setUp or tearDown group drops all of them. */
  stop(): void {
    const tearsDown = this.#current === 'main' && this.#tearDownAfterStop;
    this.#keep(tearsDown ? this.#left.filter(({ kind }) => kind === 'tearDown') : []);
  }

  drop(): void {
    this.#keep([]);
  }

  /** Whether some groups do not run because of a stop. */
  get hasDropped(): boolean {
    return this.#hasDropped;
  }

  #keep(stages: readonly Stage<LoadGroup>[]): void {
    if (stages.length < this.#left.length) this.#hasDropped = true;
    this.#left = stages;
  }
}
