/** Preloaded into a process of which is asked what it loads: writes the names of all packages to LOADED_FILE. */
import { appendFileSync } from 'node:fs';
import { register } from 'node:module';

if (!process.env.LOADED_HOOKS) {
  process.env.LOADED_HOOKS = '1';
  register(import.meta.url);
}

export async function load(url, context, nextLoad) {
  const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (name !== undefined) appendFileSync(process.env.LOADED_FILE, `${name}\n`);
  return nextLoad(url, context);
}
