import { isBlank } from './blank.ts';
import type { Extract, Variables } from './extract.ts';
import type { BoundaryExtractor } from './extractor.ts';
import { randomOf } from './random-of.ts';
import { takenCount } from './variable-counts.ts';

/** Source: BoundaryExtractor.java, process. */
export function boundaryExtraction(extractor: BoundaryExtractor): Extract {
  const { name, field, match: wanted, standard } = extractor;
  return (texts, variables) => {
    if (standard !== null) variables.set(name, standard);
    const earlier = takenCount(`${name}_matchNr`, variables);
    const matches = texts(field).flatMap((text) => textsBetween(extractor, text));
    if (wanted < 0) saveAll(name, matches, variables);
    else {
      const match = wanted === 0 ? randomOf(matches) : matches[wanted - 1];
      if (match !== undefined) variables.set(name, match);
    }
    for (let old = wanted < 0 ? matches.length + 1 : 1; old <= earlier; old++)
      variables.delete(`${name}_${old}`);
  };
}

function saveAll(name: string, matches: readonly string[], variables: Variables): void {
  variables.set(`${name}_matchNr`, String(matches.length));
  for (const [index, match] of matches.entries()) variables.set(`${name}_${index + 1}`, match);
}

/**
 * Returns each text from a left boundary to the next right boundary. An empty boundary is the start or the end of the
 * text. After a match, the search goes on behind its left boundary, so matches can overlap.
 */
function textsBetween({ left, right }: BoundaryExtractor, text: string): string[] {
  if (isBlank(text)) return [];
  if (left === '' && right === '') return [text];
  if (left === '') return text.includes(right) ? [text.slice(0, text.indexOf(right))] : [];
  if (right === '') return text.includes(left) ? [text.slice(text.indexOf(left) + left.length)] : [];
  const found: string[] = [];
  let end = 0;
  for (let at = text.indexOf(left); at >= 0; at = text.indexOf(left, at + left.length)) {
    const start = at + left.length;
    if (end < start) end = text.indexOf(right, start);
    if (end < 0) break;
    found.push(text.slice(start, end));
  }
  return found;
}
