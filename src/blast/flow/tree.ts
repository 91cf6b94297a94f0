import type { ControllerStep, Step } from '../../plan/flow/step.ts';
import { literal } from '../../plan/language/filled-text.ts';
import type { FlowScope } from './flow-scope.ts';
import { ForEach } from './for-each.ts';
import { If } from './if.ts';
import { Loop } from './loop.ts';
import { Once } from './once.ts';
import { type Child, Sequence } from './sequence.ts';
import { ParentTransaction, SeparateTransaction } from './transactions.ts';
import { While } from './while.ts';

/** The controllers of one thread. */
export interface FlowTree {
  readonly root: Loop;
  /** The controllers around each request, by its number: the innermost first, without the thread group. */
  readonly around: ReadonlyMap<number, readonly Sequence[]>;
}

/** @param loops the loops of the thread group. Null if it loops without an end. */
export function flowTree(
  steps: readonly Step[],
  { name, loops }: { readonly name: string; readonly loops: number | null },
  scope: FlowScope,
): FlowTree {
  const around = new Map<number, Sequence[]>();
  const childrenOf = (of: readonly Step[]): Child[] =>
    of.map((step) => {
      if (typeof step === 'number') {
        around.set(step, []);
        return step;
      }
      const controller = controllerOf(step, childrenOf(step.steps), scope);
      for (const request of requestsOf(step.steps)) around.get(request)?.push(controller);
      return controller;
    });
  const count = literal(String(loops ?? -1));
  const root = new Loop({ name, number: 0, count, startsAgain: false }, childrenOf(steps), scope);
  return { root, around };
}

function requestsOf(steps: readonly Step[]): number[] {
  return steps.flatMap((step) => (typeof step === 'number' ? [step] : requestsOf(step.steps)));
}

function controllerOf(step: ControllerStep, children: readonly Child[], scope: FlowScope): Sequence {
  switch (step.kind) {
    case 'simple':
      return new Sequence(step, children, scope);
    case 'loop':
      return new Loop(step, children, scope);
    case 'once':
      return new Once(step, children, scope);
    case 'transaction':
      return new (step.isParent ? ParentTransaction : SeparateTransaction)(step, children, scope);
    case 'if':
      return new If(step, children, scope);
    case 'while':
      return new While(step, children, scope);
    case 'forEach':
      return new ForEach(step, children, scope);
  }
}
