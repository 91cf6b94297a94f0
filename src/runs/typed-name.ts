import { dirname, relative, resolve, sep } from 'node:path';
import { shellWord } from '../shell-word.ts';
import { RUNS_DIRECTORY, type RunFolder } from './run-folder.ts';

/**
 * Returns the path of a run's folder from the current folder. A path without a separator would look like an ID, and a
 * path that begins with "-" like an option. So such a path begins with ".".
 */
export function pathFrom(directory: string, { path }: Pick<RunFolder, 'path'>): string {
  const way = relative(directory, path);
  return way.includes(sep) && !way.startsWith('-') ? way : `.${sep}${way}`;
}

/**
 * Returns the name of a run for a command line in the current folder: its ID if qbl looks for the run there by default,
 * otherwise the path of its folder.
 */
export function typedName(folder: RunFolder): string {
  return isInDefaultFolder(folder) ? folder.id : shellWord(pathFrom(process.cwd(), folder));
}

/** Returns the options with which a sender in the current folder sends this run. */
export function typedOptions(folder: RunFolder): string {
  const run = `--run ${folder.id}`;
  if (isInDefaultFolder(folder)) return run;
  return `${run} --runs ${shellWord(pathFrom(process.cwd(), { path: dirname(folder.path) }))}`;
}

function isInDefaultFolder({ id, path }: RunFolder): boolean {
  return path === resolve(RUNS_DIRECTORY, id);
}
