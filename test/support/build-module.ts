import { execFile } from 'node:child_process';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** Builds a module that imports modules of src/, for a process of its own. Returns the path of the built file. */
export async function buildModule(url: URL): Promise<string> {
  const module = fileURLToPath(url);
  await promisify(execFile)(process.execPath, ['scripts/build-module.mjs', module], { cwd: PROJECT });
  return join(PROJECT, '.qbl', `${basename(module, extname(module))}.mjs`);
}
