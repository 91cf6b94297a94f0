import { randomUUID } from 'node:crypto';
import { type Identity, MAX_INDEX, MAX_PER_PLAN } from '../../message/identity.ts';
import type { FilledText } from '../language/filled-text.ts';
import type { PlanCounter, PlanText, PlanVariable } from '../language/plan-variables.ts';
import { textOf } from '../language/run-time.ts';
import { AllThreadVariables } from '../language/thread-variables.ts';
import { countAt, countFormat } from './counter.ts';

/** Returns the value of a variable for a message. All mentions get the same value. */
export type ValueOf = (identity: Identity) => string | number;

/** The values of a plan's own variables in one run. All templates share them. */
export class PlanValues {
  readonly #known = new Map<PlanVariable, ValueOf>();
  readonly #variables: ReadonlyMap<string, PlanVariable>;
  /** The variables of the threads, which the texts of the plan use. */
  readonly threads: AllThreadVariables;
  /** Gives `${uuid}` the same value in all texts and templates of a message. */
  readonly uuid = uuidOfMessage();

  constructor(variables: readonly PlanVariable[] = [], threads = new AllThreadVariables()) {
    this.#variables = new Map(variables.map((each) => [each.name, each]));
    this.threads = threads;
  }

  of(variable: PlanVariable): ValueOf {
    const known = this.#known.get(variable) ?? this.#sourceOf(variable);
    this.#known.set(variable, known);
    return known;
  }

  #sourceOf(variable: PlanVariable): ValueOf {
    if (variable.kind === 'uuid') return uuidOfMessage();
    if (variable.kind === 'text') return this.#textOf(variable);
    return variable.perThread ? countOfThread(variable) : countOfAll(variable);
  }

  /** JMeter evaluates a text once for each sample (FunctionProperty.java, getStringValue). */
  #textOf({ text }: PlanText): ValueOf {
    return drawnOnce(placeOfMessage, (identity) => this.textOf(text, identity));
  }

  /** Evaluates a text for a message. */
  textOf(text: FilledText, identity: Identity): string {
    const mention = (name: string) => String(this.#mentioned(name, identity));
    return textOf(text, { variables: this.threads.of(identity.group, identity.thread), mention });
  }

  #mentioned(name: string, identity: Identity): string | number {
    if (name === 'uuid') return this.uuid(identity);
    if (name === 'now') return Date.now();
    if (name === 'thread' || name === 'loop' || name === 'run') return identity[name];
    const variable = this.#variables.get(name);
    if (variable === undefined)
      throw new TypeError(`a text mentions ${name}, which the plan does not define`);
    return this.of(variable)(identity);
  }
}

/** Draws one version 4 UUID for each message. */
export function uuidOfMessage(): ValueOf {
  return drawnOnce(placeOfMessage, () => randomUUID());
}

function placeOfMessage({ loop, request }: Identity): number {
  return loop * (MAX_PER_PLAN + 1) + request;
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
function drawnOnce(placeOf: (identity: Identity) => number, draw: ValueOf): ValueOf {
  const last = new Map<number, { readonly place: number; readonly value: string | number }>();
  return (identity) => {
    const thread = identity.group * MAX_INDEX + identity.thread;
    const place = placeOf(identity);
    const known = last.get(thread);
    if (known?.place === place) return known.value;
    const value = draw(identity);
    last.set(thread, { place, value });
    return value;
  };
}
