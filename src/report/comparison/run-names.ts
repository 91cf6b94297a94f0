import { relative, sep } from 'node:path';
import type { RunFolder } from '../../runs/run-folder.ts';

export type RunNames = ReadonlyMap<RunFolder, string>;

/**
 * Returns the names of compared runs. The name is the ID. If an earlier run in the list has the same ID, the name is the
 * path of the folder, because each build of a CI can give its run the same ID.
 * @param directory paths are relative to this folder
 */
export function runNames(folders: readonly RunFolder[], directory: string): RunNames {
  const ids = folders.map(({ id }) => id);
  return new Map(
    folders.map((folder, index) => {
      const isFirst = ids.indexOf(folder.id) === index;
      return [folder, isFirst ? folder.id : pathFrom(directory, folder)];
    }),
  );
}

/** Returns a path with a separator, because a path without one would look like an ID. */
function pathFrom(directory: string, { path }: RunFolder): string {
  const way = relative(directory, path);
  return way.includes(sep) ? way : `.${sep}${way}`;
}

export function nameIn(names: RunNames, folder: RunFolder): string {
  return names.get(folder) ?? folder.id;
}
