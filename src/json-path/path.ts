import type { JavaNumber } from './value.ts';

/** A JSON path, as a list of steps from the root of a document. */
export type Path = readonly PathStep[];

export type PathStep =
  | { readonly kind: 'property'; readonly name: string }
  | { readonly kind: 'wildcard' }
  /** The element with this index. A negative index counts from the end. */
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'slice'; readonly from: number | null; readonly to: number | null }
  /** The property of this name in the value and in everything below the value. */
  | { readonly kind: 'scan'; readonly name: string }
  | { readonly kind: 'filter'; readonly condition: Condition };

/** All conditions must hold (`&&`), or one of them (`||`). */
export interface Condition {
  readonly join: 'and' | 'or';
  readonly comparisons: readonly Comparison[];
}

export const OPERATORS = ['==', '!=', '<', '<=', '>', '>='] as const;
export type Operator = (typeof OPERATORS)[number];

/** A condition on the value at a path. Without an operator, the path must lead to a value. */
export interface Comparison {
  readonly path: Path;
  readonly test: { readonly operator: Operator; readonly literal: Literal } | null;
}

export type Literal = string | boolean | null | JavaNumber;

/** A JSON path that qbl cannot read exactly as JMeter does. */
export class JsonPathError extends Error {}

/** Whether the path leads to at most one value. */
export function isDefinite(path: Path): boolean {
  return path.every(({ kind }) => kind === 'property' || kind === 'index');
}

/** Writes a path as Jayway does, such as `$['a'][0]`. */
export function pathText(path: Path): string {
  return `$${path.map(stepText).join('')}`;
}

function stepText(step: PathStep): string {
  switch (step.kind) {
    case 'property':
      return `['${step.name}']`;
    case 'scan':
      return `..['${step.name}']`;
    case 'wildcard':
      return '[*]';
    case 'index':
      return `[${step.index}]`;
    case 'slice':
      return `[${step.from ?? ''}:${step.to ?? ''}]`;
    case 'filter':
      return '[?]';
  }
}
