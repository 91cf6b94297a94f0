import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cleanEnvironment } from './qbl.ts';

export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
export const IS_WINDOWS = process.platform === 'win32';

export interface Tarball {
  readonly file: string;
  /** Paths in the tarball, with forward slashes. */
  readonly paths: readonly string[];
}

/** Packs the project into the folder, as `npm publish` would. */
export async function packProject(folder: string): Promise<Tarball> {
  // Run no scripts of the package. A new build would replace dist/ while other tests use it.
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const [{ filename, files }] = JSON.parse((await npm(pack, PROJECT)).stdout);
  return { file: join(folder, filename), paths: files.map(({ path }: { path: string }) => path) };
}

export function npm(args: readonly string[], directory: string) {
  return command(IS_WINDOWS ? 'npm.cmd' : 'npm', args, directory);
}

/** Runs a program to its end. If the program fails, rejects with the output of the program. */
export function command(file: string, args: readonly string[], cwd: string) {
  // Only a shell starts .cmd files on Windows.
  return promisify(execFile)(file, args, { cwd, env: cleanEnvironment(), shell: file.endsWith('.cmd') });
}
