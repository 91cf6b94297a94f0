import { anyCharacter, type CharacterSet } from './character-sets.ts';
import type { ParsedRegex } from './parse.ts';
import { type Place, RegexError, type Syntax } from './syntax.ts';

/** One step of a program. The numbers are indexes of the steps that can follow. */
export type Step =
  | { readonly kind: 'one-of'; readonly set: CharacterSet; readonly next: number }
  | { readonly kind: 'place'; readonly place: Place; readonly next: number }
  /** Goes on with each of the steps. The first step that leads to a match counts. */
  | { readonly kind: 'fork'; readonly nexts: readonly number[] }
  /** Remembers the position as the start (`2 * group`) or the end (`2 * group + 1`) of a group. */
  | { readonly kind: 'save'; readonly slot: number; readonly next: number }
  | { readonly kind: 'match' };

export interface Program {
  readonly steps: readonly Step[];
  /** The first step of a match that begins at the current position. */
  readonly start: number;
  /** The first step of a match that begins at the current position or later. */
  readonly search: number;
  /** Number of groups, with the group of the whole expression. */
  readonly groups: number;
}

/** Maximum number of steps. The time for one character of a text grows with the number of steps. */
const MAX_STEPS = 1000;

/** Maximum number of parts, repeated parts counted again. An empty part has no steps, but also takes time. */
const MAX_PARTS = 10_000;

/** Turns a parsed expression into a program. Throws RegexError if the program is too long. */
export function programOf({ syntax, groups }: ParsedRegex): Program {
  const steps: Step[] = [];
  const add = (step: Step): number => {
    if (steps.length >= MAX_STEPS) throw tooLong();
    return steps.push(step) - 1;
  };
  let parts = 0;
  const countPart = (): void => {
    if (++parts > MAX_PARTS) throw tooLong();
  };
  const start = compiled(syntax, add({ kind: 'match' }), { add, countPart, steps });
  const skip: Step = { kind: 'one-of', set: anyCharacter, next: steps.length + 1 };
  const search = { kind: 'fork', nexts: [start, add(skip)] } as const;
  return { steps, start, search: add(search), groups };
}

function tooLong(): RegexError {
  return new RegexError('the regular expression is too long');
}

interface Output {
  readonly add: (step: Step) => number;
  readonly countPart: () => void;
  readonly steps: Step[];
}

/** Adds the steps of an expression. Returns the first of them. `next` is the step after the expression. */
function compiled(syntax: Syntax, next: number, output: Output): number {
  output.countPart();
  switch (syntax.kind) {
    case 'one-of':
      return output.add({ kind: 'one-of', set: syntax.set, next });
    case 'place':
      return output.add({ kind: 'place', place: syntax.place, next });
    case 'sequence':
      return syntax.parts.reduceRight((after, part) => compiled(part, after, output), next);
    case 'group': {
      const slot = 2 * syntax.number;
      const end = output.add({ kind: 'save', slot: slot + 1, next });
      return output.add({ kind: 'save', slot, next: compiled(syntax.part, end, output) });
    }
    case 'choice':
      return output.add({
        kind: 'fork',
        nexts: syntax.alternatives.map((alternative) => compiled(alternative, next, output)),
      });
    case 'repeat':
      return repeated(syntax, next, output);
  }
}

function repeated(
  { part, least, most, isLazy }: Extract<Syntax, { kind: 'repeat' }>,
  next: number,
  output: Output,
): number {
  const fork = (again: number) => (isLazy ? [next, again] : [again, next]);
  let first = next;
  if (most === null) {
    first = output.add({ kind: 'fork', nexts: [] });
    const again = compiled(part, first, output);
    output.steps[first] = { kind: 'fork', nexts: fork(again) };
  } else {
    for (let optional = least; optional < most; optional++)
      first = output.add({ kind: 'fork', nexts: fork(compiled(part, first, output)) });
  }
  for (let needed = 0; needed < least; needed++) first = compiled(part, first, output);
  return first;
}
