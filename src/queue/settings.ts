import { readBoundedFileSync } from '../bounded-file.ts';
import { QblError } from '../error.ts';

/**
 * Settings of a queue's client that do not belong on a command line, above all secrets: from a file of
 * `name=value` lines, and from the environment, which wins.
 */
export type QueueSettings = ReadonlyMap<string, string>;

/** All certificate authorities of a system together have a quarter of it. */
const MAX_FILE_BYTES = 1024 ** 2;

/**
 * @param names the settings there are, such as `sasl.password`
 * @param prefix what a variable's name begins with: `sasl.password` is `<prefix>SASL_PASSWORD`
 * @throws QblError 'usage' for a line or a name that means nothing; never repeats a value
 */
export function readSettings(
  names: readonly string[],
  prefix: string,
  file: string | null,
  env: NodeJS.ProcessEnv,
): QueueSettings {
  const settings = new Map(file === null ? [] : settingsIn(file, names));
  for (const name of names) {
    const value = env[prefix + name.toUpperCase().replaceAll('.', '_')];
    if (value !== undefined && value !== '') settings.set(name, value);
  }
  return settings;
}

function settingsIn(file: string, names: readonly string[]): [string, string][] {
  const lines = readText('the queue settings', file).split(/\r?\n/);
  return lines.flatMap((line, index) => {
    if (/^\s*([#!]|$)/.test(line)) return [];
    const equals = line.indexOf('=');
    const name = line.slice(0, equals).trim();
    if (equals < 1) throw wrong(`${file}:${index + 1} is not a setting: expected name=value`);
    if (!names.includes(name))
      throw wrong(`${file}:${index + 1} sets ${shown(name)}: expected one of ${names.join(', ')}`);
    return [[name, line.slice(equals + 1).trim()] satisfies [string, string]];
  });
}

/** The text of a file that a setting names, such as a certificate. */
export function readText(what: string, file: string): string {
  return readBoundedFileSync(what, file, MAX_FILE_BYTES);
}

/** A line in another form may have its secret where a name is looked for. */
function shown(name: string): string {
  return /^[a-z.]{1,60}$/.test(name) ? name : 'what is no setting';
}

function wrong(message: string): QblError {
  return new QblError('usage', message);
}
