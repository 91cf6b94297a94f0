import { dirname, relative, resolve, sep } from 'node:path';
import { shellWord } from '../shell-word.ts';
import { RUNS_DIRECTORY, type RunFolder } from './run-folder.ts';

/**
 * Returns the path of a run's folder from the current folder. The path has a separator, because a path without one would
 * look like an ID.
 */
export function pathFrom(directory: string, { path }: RunFolder): string {
  const way = relative(directory, path);
  return way.includes(sep) ? way : `.${sep}${way}`;
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
  return `${run} --runs ${shellWord(relative(process.cwd(), dirname(folder.path)) || '.')}`;
}

function isInDefaultFolder({ id, path }: RunFolder): boolean {
  return path === resolve(RUNS_DIRECTORY, id);
}
