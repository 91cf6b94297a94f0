import type { Command } from 'commander';
import { QblError } from '../error.ts';

/** The placeholders of values that are paths, such as `--data <folder>` and `init [file]`. */
const PATH = /[<[](file|folder)[>\]]/;

/**
 * Refuses an empty path. A script passes an empty path when a variable is not set. The operating system would treat an
 * empty path as a missing file or as the working folder.
 * @throws QblError 'usage'
 */
export function refuseEmptyPaths(command: Command): void {
  const values: Readonly<Record<string, unknown>> = command.optsWithGlobals();
  for (const option of command.options) {
    const kind = PATH.exec(option.flags)?.[1];
    if (kind !== undefined && values[option.attributeName()] === '')
      throw empty(`option '${option.flags}'`, kind);
  }
  command.registeredArguments.forEach((argument, index) => {
    const kind = PATH.exec(`<${argument.name()}>`)?.[1];
    if (kind !== undefined && command.args[index] === '') throw empty(`argument '${argument.name()}'`, kind);
  });
}

function empty(what: string, kind: string): QblError {
  return new QblError('usage', `${what} is empty: expected the path of a ${kind}`);
}
