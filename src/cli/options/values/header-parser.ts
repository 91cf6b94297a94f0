import { InvalidArgumentError } from 'commander';
import { headerMistake } from '../../../plan/schema.ts';
import { sentence } from './parsers.ts';
import { type Headers, headersOfEnvironment, headersOfFile, isHeaderFile } from './secret-headers.ts';

/** Parses `Name: value`, or `@file` with one header per line. The option can be repeated. */
export function header(text: string, before: Headers = {}): Headers {
  return isHeaderFile(text) ? { ...before, ...headersOfFile(text, headerLine) } : headerLine(text, before);
}

/**
 * Returns the headers of the command line and of the environment. If both set the same header, the command line takes
 * precedence.
 */
export function headersOf(options: readonly string[], env: NodeJS.ProcessEnv): Headers {
  const given = options.reduce<Headers>((before, text) => header(text, before), {});
  const names = new Set(Object.keys(given).map((name) => name.toLowerCase()));
  const others = Object.entries(headersOfEnvironment(env, headerLine));
  return { ...Object.fromEntries(others.filter(([name]) => !names.has(name.toLowerCase()))), ...given };
}

/** Names of the headers from files and from the environment. Their values are treated as secrets. */
export function secretHeaderNames(options: readonly string[], env: NodeJS.ProcessEnv): string[] {
  return Object.keys(headersOf(options.filter(isHeaderFile), env));
}

function headerLine(text: string, before: Headers): Headers {
  const colon = text.indexOf(':');
  if (colon < 1)
    throw new InvalidArgumentError('Expected a header such as "Content-Type: application/json".');
  const [name, value] = [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
  const mistake = headerMistake(name, value);
  if (mistake !== null) throw new InvalidArgumentError(sentence(mistake));
  return { ...before, [name]: value };
}
