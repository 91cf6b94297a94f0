import { inHashOrder } from '../../json-path/java-hash-map.ts';
import { javaText, jsonText } from '../../json-path/java-text.ts';
import { parsePath } from '../../json-path/parse-path.ts';
import { parseValue } from '../../json-path/parse-value.ts';
import { isDefinite, type Path } from '../../json-path/path.ts';
import { PathFailure, readPath } from '../../json-path/read-path.ts';
import { isList, type Value } from '../../json-path/value.ts';
import { isBlank } from './blank.ts';
import type { Extract, Variables } from './extract.ts';
import type { JsonExtractor } from './extractor.ts';
import { randomOf } from './random-of.ts';

/** Source: JSONPostProcessor.java, process. */
export function jsonExtraction(extractor: JsonExtractor): Extract {
  const path = parsePath(extractor.path);
  return (texts, variables) => {
    const { name, standard } = extractor;
    clearEarlier(name, variables);
    const bodies = texts('body').filter((text) => !isBlank(text));
    const found = bodies.map((body) => valuesIn(body, path));
    // Without a body, or with a body that is not JSON, JMeter does not set the number of matches.
    if (bodies.length === 0 || found.includes(null)) variables.set(name, standard);
    else
      save(
        extractor,
        found.flatMap((values) => values ?? []).map((value) => value ?? standard),
        variables,
      );
  };
}

function clearEarlier(name: string, variables: Variables): void {
  variables.delete(`${name}_matchNr`);
  for (let number = 1; variables.get(`${name}_${number}`) !== undefined; number++)
    variables.delete(`${name}_${number}`);
}

/**
 * Returns the texts of the values at a path. The text of the value null is null. Returns null if the body is not JSON.
 * Source: JSONManager.java.
 */
function valuesIn(body: string, path: Path): readonly (string | null)[] | null {
  const document = parseValue(body);
  if (document === undefined) return null;
  const value = readPath(path, document);
  if (value instanceof PathFailure) return [];
  return (isList(value) && !isDefinite(path) ? value : [value]).map(textOf);
}

function textOf(value: Value): string | null {
  if (value === null) return null;
  if (value instanceof Map) return jsonText(inHashOrder(value));
  return isList(value) ? jsonText(value) : javaText(value);
}

function save(
  { name, match, standard, joins }: JsonExtractor,
  values: readonly string[],
  variables: Variables,
): void {
  if (values.length === 0) {
    variables.set(name, standard);
    variables.set(`${name}_matchNr`, '0');
    if (match < 0 && joins) variables.set(`${name}_ALL`, '');
    return;
  }
  if (match < 0) {
    for (const [index, value] of values.entries()) variables.set(`${name}_${index + 1}`, value);
    if (joins) variables.set(`${name}_ALL`, values.join(','));
  } else variables.set(name, chosen(values, match) ?? standard);
  if (match !== 0) variables.set(`${name}_matchNr`, String(values.length));
}

/** A single value counts, whatever the number of the match is. */
function chosen(values: readonly string[], match: number): string | undefined {
  if (values.length === 1) return values[0];
  return match === 0 ? randomOf(values) : values[match - 1];
}
