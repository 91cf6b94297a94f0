import { type ContentKind, type IdentityKind, isTokenKind, type TokenChange } from './token-play.ts';

/** What a reader of docs/semantics.md and docs/endpoint.md expects of a message with a token. */
export interface Effect {
  /**
   * `differs`: the content is not the one that was sent. `damaged`: one digit of the token is wrong. `foreign`: the
   * message has no token of this run.
   */
  readonly what: 'intact' | 'differs' | 'damaged' | 'foreign';
  /** Whose token counts, if the message has several. */
  readonly of: 'own' | 'other';
}

/** What the plan compares: nothing, every byte of meaning, or some fields. */
type Compared = 'nothing' | 'everything' | 'fields';

/** @param isSame whether the other message of the change is the message itself */
export function effectOf(
  change: TokenChange,
  kind: IdentityKind,
  content: ContentKind,
  isSame: boolean,
): Effect {
  const own = (what: Effect['what']): Effect => ({ what, of: 'own' });
  if (!isTokenKind(kind)) return own('foreign');
  const compared: Compared = content === 'none' ? 'nothing' : content === 'whole' ? 'everything' : 'fields';
  const inPayload = kind === 'field' || kind === 'number';
  const differsIf = (does: boolean): Effect => own(does ? 'differs' : 'intact');
  switch (change) {
    case 'none':
    case 'rewritten':
    case 'framed':
    case 'numberRewritten':
      return own('intact');
    // The places count from the object with the token. A token outside the payload leaves only the whole payload.
    case 'enveloped':
    case 'stringified':
      return differsIf(!inPayload && compared !== 'nothing');
    case 'enriched':
    case 'otherChanged':
    case 'nestedTokenOfOther':
      return differsIf(compared === 'everything');
    case 'comparedChanged':
    case 'comparedDropped':
      return differsIf(compared !== 'nothing');
    case 'contentsOfOther':
      return differsIf(compared !== 'nothing' && !isSame);
    case 'emptied':
    case 'noJson':
      return inPayload ? own('foreign') : differsIf(compared !== 'nothing');
    // The token itself is a part of the payload.
    case 'upperCase':
      return differsIf(kind === 'field' && compared === 'everything');
    // A whole number must stand alone.
    case 'withinText':
      return kind === 'number' ? own('foreign') : differsIf(kind === 'field' && compared === 'everything');
    // A number has no damaged form.
    case 'oneWrongDigit':
      return own(kind === 'number' ? 'foreign' : 'damaged');
    case 'twoWrongDigits':
    case 'forgedCheck':
    case 'wrongCharacter':
    case 'stripped':
    case 'otherExecution':
    case 'otherRun':
      return own('foreign');
    // The first place of `find` counts. Its second place is in the payload if the first one is not.
    case 'secondTokenOfOther':
      return differsIf(!inPayload && compared === 'everything');
    // An undamaged token counts more than a damaged one. The contents are still those of the first message.
    case 'damagedThenOther':
      return {
        what: compared === 'everything' || (compared === 'fields' && !isSame) ? 'differs' : 'intact',
        of: 'other',
      };
    // Parsers do not agree which value of a repeated name counts.
    case 'repeatedName':
      return inPayload ? own('foreign') : differsIf(compared === 'everything');
  }
}
