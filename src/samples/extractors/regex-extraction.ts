import type { Match } from '../../regex/groups.ts';
import { Regex } from '../../regex/regex.ts';
import type { StepBudget } from '../../regex/step-budget.ts';
import type { Extract, Variables } from './extract.ts';
import type { RegexExtractor } from './extractor.ts';
import { randomOf } from './random-of.ts';
import { countOf, takenCount } from './variable-counts.ts';

/** A piece of a template: a text, or the number of a group. */
type Piece = string | number;

/** Source: RegexExtractor.java, process. */
export function regexExtraction(extractor: RegexExtractor, budget: StepBudget): Extract {
  const { name, field, match: wanted, standard } = extractor;
  const regex = new Regex(extractor.regex, budget, 'find');
  const template = piecesOf(extractor.template);
  return (texts, variables) => {
    if (standard !== null) variables.set(name, standard);
    const matches = matchesIn(texts(field), regex, wanted);
    const earlier = takenCount(`${name}_matchNr`, variables);
    if (wanted >= 0)
      saveOne(name, wanted === 0 ? randomOf(matches) : matches[wanted - 1], template, variables);
    else saveAll(name, matches, template, variables);
    for (let old = wanted >= 0 ? 1 : matches.length + 1; old <= earlier; old++) {
      variables.delete(`${name}_${old}`);
      removeGroups(`${name}_${old}`, variables);
    }
  };
}

function matchesIn(texts: readonly string[], regex: Regex, wanted: number): readonly Match[] {
  const most = wanted > 0 ? wanted : Number.POSITIVE_INFINITY;
  const matches: Match[] = [];
  for (const text of texts) for (const match of regex.find(text, most - matches.length)) matches.push(match);
  return matches;
}

function saveOne(
  name: string,
  match: Match | undefined,
  template: readonly Piece[],
  variables: Variables,
): void {
  if (match === undefined) {
    removeGroups(name, variables);
    return;
  }
  variables.set(name, filled(template, match));
  saveGroups(name, match, variables);
}

function saveAll(
  name: string,
  matches: readonly Match[],
  template: readonly Piece[],
  variables: Variables,
): void {
  removeGroups(name, variables);
  variables.set(`${name}_matchNr`, String(matches.length));
  for (const [index, match] of matches.entries()) saveOne(`${name}_${index + 1}`, match, template, variables);
}

function saveGroups(name: string, match: Match, variables: Variables): void {
  const earlier = countOf(`${name}_g`, variables);
  for (const [group, text] of match.entries()) {
    if (text === null) variables.delete(`${name}_g${group}`);
    else variables.set(`${name}_g${group}`, text);
  }
  variables.set(`${name}_g`, String(match.length - 1));
  for (let group = match.length; group <= earlier; group++) variables.delete(`${name}_g${group}`);
}

function removeGroups(name: string, variables: Variables): void {
  const groups = countOf(`${name}_g`, variables);
  variables.delete(`${name}_g`);
  for (let group = 0; group <= groups; group++) variables.delete(`${name}_g${group}`);
}

/** Divides a template into texts and numbers of groups. Source: RegexExtractor.java, initTemplate. */
function piecesOf(template: string): readonly Piece[] {
  return template.split(/\$(\d+)\$/).map((piece, index) => (index % 2 === 0 ? piece : Number(piece)));
}

/** Java writes the text of a group without a part in the match as `null`. */
function filled(template: readonly Piece[], match: Match): string {
  return template.map((piece) => (typeof piece === 'string' ? piece : (match[piece] ?? 'null'))).join('');
}
