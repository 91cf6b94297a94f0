import { type Document, isMap, isScalar, type LineCounter, type Node } from 'yaml';
import { QblError, type QblErrorOptions } from '../../error.ts';
import type { WrittenPlan } from '../override.ts';
import { keyName } from './key-mistakes.ts';

/** A mistake in a plan. `path` leads from the plan's root to the wrong field. */
export interface Mistake {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** A plan, and a function that finds the line of a mistake in the plan's file. */
export interface PlanSource {
  readonly plan: WrittenPlan;
  readonly locate: Locate;
  /** What the user can do instead of correcting mistakes. */
  readonly hint?: string;
}

/** Finds the line of a mistake in the file, and writes the text that reports the mistake. */
export type Locate = (mistake: Mistake) => LocatedMistake;
export interface LocatedMistake {
  readonly line: number;
  readonly text: string;
}

/** Lists each mistake once, in the order of the file. */
export function planError(
  file: string,
  mistakes: readonly LocatedMistake[],
  options: Pick<QblErrorOptions, 'hint'> = {},
): QblError {
  const inOrder = mistakes.toSorted((a, b) => a.line - b.line);
  const lines = [...new Set(inOrder.map(({ text }) => text))];
  const [only] = lines;
  if (lines.length === 1 && only !== undefined) return new QblError('usage', only, options);
  return new QblError('usage', `${file} has ${lines.length} mistakes:`, { ...options, details: lines });
}

/**
 * Returns the line of the field. If the field is missing, returns the line of its nearest parent that exists.
 */
export function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const node = keyNode(document, path.slice(0, depth)) ?? document.getIn(path.slice(0, depth), true);
    const offset = (node as Node | undefined)?.range?.[0];
    if (offset !== undefined) return lines.linePos(offset).line;
  }
  return 1;
}

/** Returns the node of the key, because the value of a block scalar begins on a later line. */
function keyNode(document: Document, path: readonly PropertyKey[]): Node | null {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return null;
  const pair = parent.items.find(({ key }) => keyName(key) === path.at(-1));
  return pair !== undefined && isScalar(pair.key) ? pair.key : null;
}

/** Describes a mistake: the name of the field, with list positions from 1, and the message. */
export function describeMistake({ path, message }: Mistake): string {
  const name = path.map((part) => (typeof part === 'number' ? `[${part + 1}]` : `.${String(part)}`)).join('');
  return `${name.replace(/^\./, '') || 'the plan'}: ${message}`;
}
