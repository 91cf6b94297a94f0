import type { CharacterSet } from './character-sets.ts';

/** A condition on a position in a text. `last-line-end`: the end, or before a line feed that ends the text. */
export type Place = 'start' | 'line-start' | 'last-line-end' | 'line-end' | 'word-edge' | 'no-word-edge';

/** A parsed regular expression. */
export type Syntax =
  | { readonly kind: 'one-of'; readonly set: CharacterSet }
  | { readonly kind: 'place'; readonly place: Place }
  | { readonly kind: 'sequence'; readonly parts: readonly Syntax[] }
  /** A group whose text is remembered. The whole expression is the group 0. */
  | { readonly kind: 'group'; readonly number: number; readonly part: Syntax }
  /** The first alternative that leads to a match counts. */
  | { readonly kind: 'choice'; readonly alternatives: readonly Syntax[] }
  | {
      readonly kind: 'repeat';
      readonly part: Syntax;
      readonly least: number;
      /** Null if there is no limit. */
      readonly most: number | null;
      /** True if as few repetitions as possible are tried first. */
      readonly isLazy: boolean;
    };

/** A regular expression that qbl cannot match exactly as JMeter does. */
export class RegexError extends Error {}
