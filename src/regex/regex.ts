import { groupsIn, type Match, type MatchRange } from './groups.ts';
import { parseRegex } from './parse.ts';
import { type Before, beforeIn, beforeOf, characterOf, codeAt, END, HOLDS } from './position.ts';
import { type Program, programOf } from './program.ts';
import { refuseRepeatedGroups } from './repeated-groups.ts';
import type { StepBudget } from './step-budget.ts';

/** Maximum size of what an expression remembers, in numbers of 8 bytes. When there is more, all of it is forgotten. */
const MAX_REMEMBERED = 200_000;
/** Size of a remembered move, in numbers. */
const MOVE_SIZE = 10;
/** Number of characters whose remembered moves take about as long as one step. */
const CHARACTERS_OF_A_STEP = 16;

/** The steps at which a match can go on before the next character, in the order in which they count. */
interface State {
  readonly steps: readonly number[];
  readonly before: Before;
  readonly moves: Map<number, Move>;
}

interface Move {
  /** Whether a match can end before the character. */
  readonly isMatch: boolean;
  readonly state: State;
}

/**
 * A regular expression of JMeter. The time for a text grows linearly with the length of the text, whatever the
 * expression is, because all ways to match are followed at the same time.
 */
export class Regex {
  readonly #program: Program;
  #states = new Map<string, State>();
  readonly #budget: StepBudget;
  #remembered = 0;

  /**
   * @param use `find` if the groups of matches are needed
   * @throws RegexError if qbl cannot match the expression exactly as JMeter does
   */
  constructor(text: string, budget: StepBudget, use: 'test' | 'find' = 'test') {
    const parsed = parseRegex(text);
    if (use === 'find') refuseRepeatedGroups(parsed.syntax);
    this.#program = programOf(parsed);
    this.#budget = budget;
  }

  /**
   * Whether some part of the text matches (Perl5Matcher.contains).
   * @throws TooManySteps
   */
  isIn(text: string): boolean {
    let state = this.#stateOf([this.#program.search], 'nothing');
    for (let at = 0; at <= text.length; at++) {
      const move = this.#moved(state, codeAt(text, at));
      if (move.isMatch) return true;
      state = move.state;
    }
    return false;
  }

  /**
   * Whether the match that Perl finds at the start is the whole text (Perl5Matcher.matches). So `foo|foot` does not
   * match `foot`, because Perl finds `foo`.
   * @throws TooManySteps
   */
  isWhole(text: string): boolean {
    let state = this.#stateOf([this.#program.start], 'nothing');
    for (let at = 0; at < text.length; at++) {
      ({ state } = this.#moved(state, codeAt(text, at)));
      if (state.steps.length === 0) return false;
    }
    return this.#moved(state, END).isMatch;
  }

  /**
   * Finds matches one after the other, as JMeter does (Perl5Matcher.contains with a PatternMatcherInput). The search goes
   * on at the end of the last match, and no match may end there.
   * @param most the number of matches after which the search ends
   * @throws TooManySteps
   */
  find(text: string, most: number): readonly Match[] {
    const matches: Match[] = [];
    let noEnd: number | null = null;
    while (matches.length < most) {
      const range = this.#next(text, noEnd);
      if (range === null) break;
      matches.push(groupsIn(this.#program, text, range, this.#budget));
      noEnd = range.end;
    }
    return matches;
  }

  #next(text: string, noEnd: number | null): MatchRange | null {
    const start = noEnd ?? 0;
    let from = start;
    let end: number | null = null;
    let state = this.#stateOf([this.#program.search], beforeIn(text, from));
    for (let at = start; at <= text.length && state.steps.length > 0; at++) {
      const code = codeAt(text, at);
      const move = at === noEnd ? this.#movedWithoutEnd(state, code) : this.#moved(state, code);
      state = move.state;
      if (move.isMatch) end = at;
      // No match has begun, so a match begins later.
      else if (end === null && state.steps.length === 1 && state.steps[0] === this.#program.search)
        from = at + 1;
      if (at % CHARACTERS_OF_A_STEP === 0) this.#budget.take();
    }
    return end === null ? null : { from, end, noEnd };
  }

  #movedWithoutEnd(state: State, code: number): Move {
    const { steps } = this.#after(state, code, true);
    return { isMatch: false, state: this.#stateOf(steps, beforeOf(code)) };
  }

  #moved(state: State, code: number): Move {
    const known = state.moves.get(code);
    if (known !== undefined) return known;
    this.#remembered += MOVE_SIZE;
    if (this.#remembered > MAX_REMEMBERED) this.#forget();
    const { steps, isMatch } = this.#after(state, code);
    const move = { isMatch, state: this.#stateOf(steps, beforeOf(code)) };
    state.moves.set(code, move);
    return move;
  }

  #forget(): void {
    for (const { moves } of this.#states.values()) moves.clear();
    this.#states = new Map();
    this.#remembered = 0;
  }

  #stateOf(steps: readonly number[], before: Before): State {
    const key = `${before} ${steps.join()}`;
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    const state = { steps, before, moves: new Map<number, Move>() };
    this.#states.set(key, state);
    this.#remembered += MOVE_SIZE + steps.length;
    return state;
  }

  /**
   * Follows all steps up to the next character, and takes this character. Steps after the first match do not count,
   * because Perl would not try them.
   */
  #after({ steps, before }: State, code: number, mayNotEnd = false): { steps: number[]; isMatch: boolean } {
    const taken = new Set<number>();
    const seen = new Set<number>();
    const open = steps.toReversed();
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      this.#budget.take();
      const step = this.#program.steps[index];
      if (step === undefined || seen.has(index)) continue;
      seen.add(index);
      if (step.kind === 'match') {
        if (!mayNotEnd) return { steps: [...taken], isMatch: true };
      } else if (step.kind === 'fork') for (const next of step.nexts.toReversed()) open.push(next);
      else if (step.kind === 'save') open.push(step.next);
      else if (step.kind === 'place') {
        if (HOLDS[step.place](before, code)) open.push(step.next);
      } else if (code !== END && step.set(characterOf(code))) taken.add(step.next);
    }
    return { steps: [...taken], isMatch: false };
  }
}
