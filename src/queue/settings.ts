import { readBoundedFileSync } from '../bounded-file.ts';
import { QblError } from '../error.ts';

/**
 * Settings of a queue's client that must not appear on a command line, such as passwords. They come from a file with
 * `name=value` lines and from environment variables. A variable replaces the setting of the file.
 */
export type QueueSettings = ReadonlyMap<string, string>;

/**
 * Maximum size of a settings file. It is four times the size that all certificate authorities of an operating
 * system need.
 */
const MAX_FILE_BYTES = 1024 ** 2;

/**
 * Reads the settings of a queue's client.
 * @param names the allowed settings, such as `sasl.password`
 * @param prefix prefix of the environment variables: `sasl.password` is `<prefix>SASL_PASSWORD`
 * @throws QblError 'usage' for an invalid line or an unknown name; never repeats a value
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

/** Reads a file, such as a certificate, whose path is the value of a setting. */
export function readText(what: string, file: string): string {
  return readBoundedFileSync(what, file, MAX_FILE_BYTES);
}

/**
 * Returns the name as an error message may show it. A text that does not look like a setting's name is left
 * out, because in a malformed line a secret can be in the place of the name.
 */
function shown(name: string): string {
  return /^[a-z.]{1,60}$/.test(name) ? name : 'an unknown name';
}

function wrong(message: string): QblError {
  return new QblError('usage', message);
}
