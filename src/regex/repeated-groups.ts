import { RegexError, type Syntax } from './syntax.ts';

/**
 * Refuses a repeated group that contains another repetition, or that can match nothing. For such a group, JMeter's engine
 * finds other texts than Perl.
 * @throws RegexError
 */
export function refuseRepeatedGroups(syntax: Syntax): void {
  if (syntax.kind === 'repeat' && (syntax.most !== 1 || syntax.isLazy)) {
    if (canBeEmpty(syntax.part))
      throw new RegexError('a repeated group that can match an empty text is not supported here');
    if (hasRepeat(syntax.part))
      throw new RegexError('a repetition in a repeated group is not supported here');
  }
  for (const part of partsOf(syntax)) refuseRepeatedGroups(part);
}

function hasRepeat(syntax: Syntax): boolean {
  return syntax.kind === 'repeat' || partsOf(syntax).some(hasRepeat);
}

function partsOf(syntax: Syntax): readonly Syntax[] {
  switch (syntax.kind) {
    case 'one-of':
    case 'place':
      return [];
    case 'sequence':
      return syntax.parts;
    case 'choice':
      return syntax.alternatives;
    case 'group':
    case 'repeat':
      return [syntax.part];
  }
}

function canBeEmpty(syntax: Syntax): boolean {
  switch (syntax.kind) {
    case 'one-of':
      return false;
    case 'place':
      return true;
    case 'sequence':
      return syntax.parts.every(canBeEmpty);
    case 'choice':
      return syntax.alternatives.some(canBeEmpty);
    case 'group':
      return canBeEmpty(syntax.part);
    case 'repeat':
      return syntax.least === 0 || canBeEmpty(syntax.part);
  }
}
