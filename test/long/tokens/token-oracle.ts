import { type ContentKind, type IdentityKind, isTokenKind, type TokenChange } from './token-play.ts';

/** What a reader of docs/semantics.md and docs/endpoint.md expects of a message with a token. */
export interface Effect {
  /**
   * The effect of a change. `differs`: the content is not the one that was sent. `damaged`: one digit of the
   * token is wrong. `foreign`: the message has no token of this run.
   */
  readonly what: 'intact' | 'differs' | 'damaged' | 'foreign';
  /** Which token counts, if the message has several tokens: its own token, or the token of the other message. */
  readonly of: 'own' | 'other';
}

/** What the plan compares: nothing, the whole payload, or some fields. */
type Compared = 'nothing' | 'everything' | 'fields';

/**
 * Returns the effect of a change on a message.
 * @param isSame whether the change takes something from the message itself, and not from a second message
 */
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
    // Compared content is relative to the object with the token, so an envelope around this object changes nothing. If
    // the token is outside the payload, the plan can compare only the whole payload, and an envelope changes that.
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
    // If the token is a field of the payload, a change of its letters changes the payload.
    case 'upperCase':
      return differsIf(kind === 'field' && compared === 'everything');
    // A token that is a whole number must be the complete value. qbl does not find it within a text.
    case 'withinText':
      return kind === 'number' ? own('foreign') : differsIf(kind === 'field' && compared === 'everything');
    // If one digit of a number token is wrong, the message is foreign.
    case 'oneWrongDigit':
      return own(kind === 'number' ? 'foreign' : 'damaged');
    case 'twoWrongDigits':
    case 'forgedCheck':
    case 'wrongCharacter':
    case 'stripped':
    case 'otherExecution':
    case 'otherRun':
      return own('foreign');
    // The message has tokens of two requests, in two places. qbl looks into the places in the order of `find`, so the
    // token in the first place identifies the message. If the first place is a header, the token in the second place is
    // inside the payload, and makes the payload differ.
    case 'secondTokenOfOther':
      return differsIf(!inPayload && compared === 'everything');
    // An undamaged token takes precedence over a damaged token, so the message belongs to the other request. But its
    // payload is the payload of the message with the damaged token.
    case 'damagedThenOther':
      return {
        what: compared === 'everything' || (compared === 'fields' && !isSame) ? 'differs' : 'intact',
        of: 'other',
      };
    // The name of an object in the message is repeated, and JSON parsers do not agree which value counts. So a token in
    // this object identifies no message.
    case 'repeatedName':
      return inPayload ? own('foreign') : differsIf(compared === 'everything');
  }
}
