import type { RunFolder } from '../../runs/run-folder.ts';
import { pathFrom } from '../../runs/typed-name.ts';

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

export function nameIn(names: RunNames, folder: RunFolder): string {
  return names.get(folder) ?? folder.id;
}
