import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { cached, ROOT } from '../cache.ts';

/** Matches files that a build leaves in the folder of an example. */
const BUILT = /(^|[\\/])(target|\.venv|__pycache__)([\\/]|$)/;

export interface ExampleBuild {
  /**
   * The name of the example. The folder of this name, beside this file, has files that add lies (faults on purpose) to
   * the example.
   */
  readonly name: string;
  /** The folder, in the copy of the example's app, into which the files with lies (faults on purpose) are copied. */
  readonly liesGoTo: string;
  /** Builds the app in the folder, together with the files that add lies (faults on purpose). */
  build(folder: string): Promise<void>;
}

/**
 * Copies the app of an example into a folder of the cache, adds the files with lies (faults on purpose), and builds the
 * app there. The name of the folder has a hash of all sources, so a changed source is built again.
 */
export async function builtWithLies({ name, liesGoTo, build }: ExampleBuild): Promise<string> {
  const app = join(ROOT, 'examples', name, 'app');
  const lies = join(ROOT, 'test', 'services', 'endpoints', name);
  const hash = createHash('sha256');
  for (const folder of [app, lies]) {
    for (const file of await sourcesOf(folder))
      hash.update(`${file}\n`).update(await readFile(join(folder, file)));
  }
  return cached(`example-${name}-${hash.digest('hex').slice(0, 12)}`, async (folder) => {
    await copySources(app, folder);
    await copySources(lies, join(folder, liesGoTo));
    await build(folder);
  });
}

/** Copies a folder without the files that a build has left in it. */
export async function copySources(from: string, to: string): Promise<void> {
  for (const file of await sourcesOf(from)) {
    await mkdir(dirname(join(to, file)), { recursive: true });
    await cp(join(from, file), join(to, file));
  }
}

/** The paths of the files below the folder, in alphabetical order. */
async function sourcesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const paths = files.map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  return paths.filter((path) => !BUILT.test(path)).sort();
}
