/**
 * Preload this into a process to record the modules that it loads. Writes one line for each module to LOADED_FILE: the
 * name of its package, or its URL.
 */
import { appendFileSync } from 'node:fs';
import { register } from 'node:module';

if (!process.env.LOADED_HOOKS) {
  process.env.LOADED_HOOKS = '1';
  register(import.meta.url);
}

export async function load(url, context, nextLoad) {
  const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (!url.startsWith('node:')) appendFileSync(process.env.LOADED_FILE, `${name ?? url}\n`);
  return nextLoad(url, context);
}
