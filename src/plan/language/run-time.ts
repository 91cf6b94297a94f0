import type { FilledText, Part } from './filled-text.ts';
import { runTimeFunction } from './functions/functions.ts';
import { trimmedAsInJava } from './functions/java-trim.ts';
import type { RunTimeFunction } from './functions/run-time-function.ts';
import { javaUrl, type UrlFields } from './java-url.ts';
import type { RunTimeScope } from './run-time-scope.ts';
import { CHANGES } from './text-changes.ts';

/** Returns the value of a text for one message. */
export function textOf(text: FilledText, scope: RunTimeScope): string {
  let value = '';
  for (const part of text) value += partOf(part, scope);
  return value;
}

function partOf(part: Part, scope: RunTimeScope): string {
  if ('literal' in part) return part.literal;
  if ('mention' in part) return scope.mention(part.mention);
  if ('variable' in part) return scope.variables.get(part.variable) ?? `\${${part.variable}}`;
  if ('change' in part) return CHANGES[part.change](textOf(part.text, scope));
  if ('url' in part) return javaUrl(evaluatedFields(part.url, scope));
  const known = runTimeFunction(part.call);
  if (known === undefined) throw new TypeError(`the function ${part.call} is not known at run time`);
  const parameters = part.parameters.map((each) => textOf(each, scope));
  return called(known, parameters, scope, part);
}

/** Calls a function and stores its value, if a parameter names a variable for the value. */
function called(
  { call, stores, keepsSpaces }: RunTimeFunction,
  parameters: readonly string[],
  scope: RunTimeScope,
  place: object,
): string {
  const value = call(parameters, scope, place);
  const written = (stores === undefined ? undefined : parameters.at(stores)) ?? '';
  const name = keepsSpaces === true ? written : trimmedAsInJava(written);
  if (name !== '') scope.variables.set(name, value);
  return value;
}

function evaluatedFields(fields: UrlFields<FilledText>, scope: RunTimeScope): UrlFields<string> {
  const value = (text: FilledText) => textOf(text, scope);
  // JMeter evaluates the fields in this order (HTTPSamplerBase.java, getUrl).
  return {
    path: value(fields.path),
    domain: value(fields.domain),
    protocol: value(fields.protocol),
    query: value(fields.query),
    port: value(fields.port),
  };
}
