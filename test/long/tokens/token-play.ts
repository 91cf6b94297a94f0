import fc from 'fast-check';

/**
 * The ways in which the identity travels. The last five are tokens, which differ from each other in their place or
 * their form.
 */
export const IDENTITIES = ['body', 'none', 'header', 'hex', 'key', 'field', 'number'] as const;
export type IdentityKind = (typeof IDENTITIES)[number];
export type TokenKind = Exclude<IdentityKind, 'body' | 'none'>;

/**
 * What must come out of the queue unchanged. `moved` means fields that the proxy puts at another place, as
 * the plan says.
 */
export const CONTENTS = ['none', 'whole', 'fields', 'moved'] as const;
export type ContentKind = (typeof CONTENTS)[number];

/**
 * What a proxy did to a message that a token identifies. A name that ends with `OfOther` means that something
 * came from another message.
 */
export const TOKEN_CHANGES = [
  'none',
  'rewritten',
  'framed',
  'numberRewritten',
  'enveloped',
  'stringified',
  'enriched',
  'comparedChanged',
  'comparedDropped',
  'otherChanged',
  'contentsOfOther',
  'emptied',
  'noJson',
  'upperCase',
  'withinText',
  'oneWrongDigit',
  'twoWrongDigits',
  'forgedCheck',
  'wrongCharacter',
  'stripped',
  'otherExecution',
  'otherRun',
  'secondTokenOfOther',
  'damagedThenOther',
  'nestedTokenOfOther',
  'repeatedName',
] as const;
export type TokenChange = (typeof TOKEN_CHANGES)[number];

/** How a proxy changed one copy of a message with a token. */
export interface TokenDeed {
  readonly change: TokenChange;
  /**
   * Which scene (the history of one message) has the message whose token is used. A number beyond the last scene starts
   * again at the first scene.
   */
  readonly other: number;
  /** Index of the wrong digit; `by` is the difference from the right digit. */
  readonly at: number;
  readonly by: number;
}

export const tokenDeeds: fc.Arbitrary<TokenDeed> = fc.record({
  change: fc.oneof(
    { weight: 4, arbitrary: fc.constant<TokenChange>('none') },
    { weight: 6, arbitrary: fc.constantFrom(...TOKEN_CHANGES) },
  ),
  other: fc.nat(17),
  at: fc.nat(31),
  by: fc.integer({ min: 1, max: 9 }),
});

/**
 * Half of the histories have the identity in the body, under the key `qbl`. Most other histories have a token of one of
 * the kinds, and a few have no identity.
 */
export const identityKinds: fc.Arbitrary<IdentityKind> = fc.oneof(
  { weight: 10, arbitrary: fc.constant<IdentityKind>('body') },
  { weight: 1, arbitrary: fc.constant<IdentityKind>('none') },
  { weight: 9, arbitrary: fc.constantFrom<IdentityKind>('header', 'hex', 'key', 'field', 'number') },
);

export const contentKinds: fc.Arbitrary<ContentKind> = fc.constantFrom(...CONTENTS);

export function isTokenKind(kind: IdentityKind): kind is TokenKind {
  return kind !== 'body' && kind !== 'none';
}
