import { FlowPosition } from '../flow/flow-position.ts';
import type { FlowThread } from '../flow/flow-scope.ts';
import type { Position } from '../flow/position.ts';
import type { LoadGroup } from './load-group.ts';
import { LoopController } from './loop-controller.ts';

/** Returns the position of a thread in its group. Only a group with controllers needs a flow. */
export function positionIn({ plan, loops }: LoadGroup, thread: FlowThread): Position {
  const { flow } = plan;
  return flow === undefined
    ? new LoopController(loops, () => thread.onIteration(0))
    : new FlowPosition({ ...plan, flow }, thread);
}
