import type { FilledText, Part } from './filled-text.ts';
import { runTimeFunction } from './functions/functions.ts';
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
  const { call, parameters } = part;
  const known = runTimeFunction(call);
  if (known === undefined) throw new TypeError(`the function ${call} is not known at run time`);
  return known.call(
    parameters.map((each) => textOf(each, scope)),
    scope,
  );
}

function evaluatedFields(fields: UrlFields<FilledText>, scope: RunTimeScope): UrlFields<string> {
  const value = (text: FilledText) => textOf(text, scope);
  return {
    protocol: value(fields.protocol),
    domain: value(fields.domain),
    port: value(fields.port),
    path: value(fields.path),
    query: value(fields.query),
  };
}
