import { randomUUID } from 'node:crypto';
import { type Identity, MAX_INDEX, MAX_PER_PLAN } from '../../message/identity.ts';
import type { PlanCounter, PlanVariable } from '../plan.ts';
import { countAt, countFormat } from './counter.ts';

/** Returns the value of a variable for a message. All mentions get the same value. */
export type ValueOf = (identity: Identity) => string | number;

/** The values of a plan's own variables in one run. All templates share them. */
export class PlanValues {
  readonly #known = new Map<PlanVariable, ValueOf>();

  of(variable: PlanVariable): ValueOf {
    const known = this.#known.get(variable) ?? sourceOf(variable);
    this.#known.set(variable, known);
    return known;
  }
}

function sourceOf(variable: PlanVariable): ValueOf {
  if (variable.kind === 'uuid') return uuidOfMessage();
  return variable.perThread ? countOfThread(variable) : countOfAll(variable);
}

/** Draws one version 4 UUID for each message. */
export function uuidOfMessage(): ValueOf {
  return drawnOnce(({ loop, request }) => loop * (MAX_PER_PLAN + 1) + request, randomUUID);
}

function countOfThread(counter: PlanCounter): ValueOf {
  const format = formatOf(counter);
  return ({ loop }) => format(countAt(counter, loop - 1));
}

function countOfAll(counter: PlanCounter): ValueOf {
  const format = formatOf(counter);
  let step = 0;
  return drawnOnce(
    ({ loop }) => loop,
    () => format(countAt(counter, step++)),
  );
}

function formatOf({ name, format }: PlanCounter) {
  const written = countFormat(format);
  if (written === null) throw new TypeError(`the format ${format} of the counter ${name} is not supported`);
  return written;
}

/**
 * Returns a function that draws one value for each place (a message or a loop) of a thread. A thread sends one message
 * after the other, so only the last value of each thread is kept.
 */
function drawnOnce(placeOf: (identity: Identity) => number, draw: () => string | number): ValueOf {
  const last = new Map<number, { readonly place: number; readonly value: string | number }>();
  return (identity) => {
    const thread = identity.group * MAX_INDEX + identity.thread;
    const place = placeOf(identity);
    const known = last.get(thread);
    if (known?.place === place) return known.value;
    const value = draw();
    last.set(thread, { place, value });
    return value;
  };
}
