import type { GroupOrder, GroupTimes } from './group-fields.ts';

type Kind = 'setUp' | 'main' | 'tearDown';

/** Thread groups that start together. The next stage starts when all their threads have ended. */
export interface Stage<G> {
  readonly kind: Kind;
  readonly groups: readonly G[];
}

const IN_ORDER: readonly Kind[] = ['setUp', 'main', 'tearDown'];

/** The thread groups of a plan, and their order. */
export interface OrderedGroups extends GroupOrder {
  readonly threadGroups: readonly Pick<GroupTimes, 'kind'>[];
}

/**
 * Returns the stages of a plan in their order. `groups` has one entry for each thread group of the plan. Source:
 * StandardJMeterEngine.java, run.
 */
export function stagesOf<G>(
  { threadGroups, oneGroupAtATime }: OrderedGroups,
  groups: readonly G[],
): Stage<G>[] {
  return IN_ORDER.flatMap((kind) => {
    const ofKind = groups.filter((_, index) => kindOf(threadGroups[index]) === kind);
    if (oneGroupAtATime) return ofKind.map((group) => ({ kind, groups: [group] }));
    return ofKind.length === 0 ? [] : [{ kind, groups: ofKind }];
  });
}

/** Returns the groups in the order of their stages. */
export function inOrder<G>(groups: readonly G[], kind: (group: G) => GroupTimes['kind']): G[] {
  return IN_ORDER.flatMap((each) => groups.filter((group) => (kind(group) ?? 'main') === each));
}

/**
 * Returns the number that JMeter writes into the names of a group's threads. JMeter numbers the groups of each kind from
 * 1. `index` counts from 0.
 */
export function numberOfKind({ threadGroups }: OrderedGroups, index: number): number {
  const kind = kindOf(threadGroups[index]);
  return threadGroups.slice(0, index + 1).filter((group) => kindOf(group) === kind).length;
}

/** Whether the number in a thread's name does not show the group, because groups of several kinds have this number. */
export function hasKinds({ threadGroups }: OrderedGroups): boolean {
  return threadGroups.some(({ kind }) => kind !== undefined);
}

/** Whether all thread groups start together. */
export function startTogether(plan: OrderedGroups): boolean {
  return stagesOf(plan, plan.threadGroups).length <= 1;
}

function kindOf(group: Pick<GroupTimes, 'kind'> | undefined): Kind {
  return group?.kind ?? 'main';
}
