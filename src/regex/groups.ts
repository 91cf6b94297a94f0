import { beforeIn, characterOf, codeAt, END, HOLDS } from './position.ts';
import type { Program } from './program.ts';
import type { StepBudget } from './step-budget.ts';

/**
 * The text of a match, and then the text of each group in parentheses. Null if a group has no part in the match.
 */
export type Match = readonly (string | null)[];

/** Where a match is. It begins at `from` or later, and ends at `end`. */
export interface MatchRange {
  readonly from: number;
  readonly end: number;
  /** A position at which no match may end. */
  readonly noEnd: number | null;
}

/** A remembered position, and the positions that were remembered before it. */
interface Saved {
  readonly slot: number;
  readonly at: number;
  readonly earlier: Saved | null;
}

/** A way to match, at the step that comes next. */
interface Way {
  readonly step: number;
  readonly saved: Saved | null;
}

/**
 * Finds the groups of the match in a range of a text. Follows all ways to match at the same time, in the order in which
 * they count.
 * @throws TooManySteps
 */
export function groupsIn(program: Program, text: string, range: MatchRange, budget: StepBudget): Match {
  let ways: readonly Way[] = [{ step: program.search, saved: null }];
  for (let at = range.from; at <= range.end; at++) {
    const result = afterCharacter(program, text, at, ways, range.noEnd, budget);
    if (at === range.end && result.match !== null) return textsOf(result.match, text, program.groups);
    ways = result.ways;
  }
  throw new RangeError('the range has no match');
}

interface Result {
  readonly ways: readonly Way[];
  /** What the first way that ends before the character remembers. */
  readonly match: Saved | null;
}

function afterCharacter(
  { steps }: Program,
  text: string,
  at: number,
  ways: readonly Way[],
  noEnd: number | null,
  budget: StepBudget,
): Result {
  const code = codeAt(text, at);
  const before = beforeIn(text, at);
  const taken = new Map<number, Way>();
  const seen = new Set<number>();
  const open = ways.toReversed();
  for (let way = open.pop(); way !== undefined; way = open.pop()) {
    budget.take();
    const { step: index, saved } = way;
    const step = steps[index];
    if (step === undefined || seen.has(index)) continue;
    seen.add(index);
    switch (step.kind) {
      case 'match':
        if (at !== noEnd) return { ways: [...taken.values()], match: saved };
        break;
      case 'fork':
        for (const next of step.nexts.toReversed()) open.push({ step: next, saved });
        break;
      case 'save':
        open.push({ step: step.next, saved: { slot: step.slot, at, earlier: saved } });
        break;
      case 'place':
        if (HOLDS[step.place](before, code)) open.push({ step: step.next, saved });
        break;
      case 'one-of':
        if (code !== END && !taken.has(step.next) && step.set(characterOf(code)))
          taken.set(step.next, { step: step.next, saved });
    }
  }
  return { ways: [...taken.values()], match: null };
}

function textsOf(last: Saved, text: string, groups: number): Match {
  const positions = new Map<number, number>();
  for (let saved: Saved | null = last; saved !== null; saved = saved.earlier)
    if (!positions.has(saved.slot)) positions.set(saved.slot, saved.at);
  return Array.from({ length: groups }, (_, group) => {
    const start = positions.get(2 * group);
    return start === undefined ? null : text.slice(start, positions.get(2 * group + 1));
  });
}
