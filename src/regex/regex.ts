import { isWord } from './character-sets.ts';
import { parseRegex } from './parse.ts';
import { type Program, programOf } from './program.ts';
import type { StepBudget } from './step-budget.ts';
import type { Place } from './syntax.ts';

const LINE_FEED = 0x0a;
/** Stands for the character after the end of a text. */
const END = -1;
/** Stands for a line feed that is the last character of a text. */
const LAST_LINE_FEED = -2;
/** Maximum size of what an expression remembers, in numbers of 8 bytes. When there is more, all of it is forgotten. */
const MAX_REMEMBERED = 200_000;
/** Size of a remembered move, in numbers. */
const MOVE_SIZE = 10;

/** What the position before the next character knows about the character before it. */
type Before = 'nothing' | 'line-feed' | 'word' | 'other';

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

  /** @throws RegexError if qbl cannot match the expression exactly as JMeter does */
  constructor(text: string, budget: StepBudget) {
    this.#program = programOf(parseRegex(text));
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
  #after({ steps, before }: State, code: number): { steps: number[]; isMatch: boolean } {
    const taken = new Set<number>();
    const seen = new Set<number>();
    const open = steps.toReversed();
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      this.#budget.take();
      const step = this.#program.steps[index];
      if (step === undefined || seen.has(index)) continue;
      seen.add(index);
      if (step.kind === 'match') return { steps: [...taken], isMatch: true };
      if (step.kind === 'fork') for (const next of step.nexts.toReversed()) open.push(next);
      else if (step.kind === 'place') {
        if (HOLDS[step.place](before, code)) open.push(step.next);
      } else if (code !== END && step.set(characterOf(code))) taken.add(step.next);
    }
    return { steps: [...taken], isMatch: false };
  }
}

function codeAt(text: string, at: number): number {
  if (at >= text.length) return END;
  const code = text.charCodeAt(at);
  return code === LINE_FEED && at === text.length - 1 ? LAST_LINE_FEED : code;
}

function characterOf(code: number): number {
  return code === LAST_LINE_FEED ? LINE_FEED : code;
}

function beforeOf(code: number): Before {
  if (characterOf(code) === LINE_FEED) return 'line-feed';
  return isWord(code) ? 'word' : 'other';
}

const isWordEdge = (before: Before, code: number): boolean =>
  (before === 'word') !== (code >= 0 && isWord(code));

/** Whether a position is such a place, by the characters before and after the position. */
const HOLDS: Readonly<Record<Place, (before: Before, code: number) => boolean>> = {
  start: (before) => before === 'nothing',
  'line-start': (before) => before === 'nothing' || before === 'line-feed',
  'last-line-end': (_, code) => code === END || code === LAST_LINE_FEED,
  'line-end': (_, code) => code === END || characterOf(code) === LINE_FEED,
  'word-edge': isWordEdge,
  'no-word-edge': (before, code) => !isWordEdge(before, code),
};
