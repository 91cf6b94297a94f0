/**
 * Preload this into a process to record the files that it loads. At the end of the process it writes one line for each file
 * to LOADED_FILE: the name of its package, or its path.
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import process from 'node:process';

const { cache } = createRequire(import.meta.url);

process.on('exit', () => {
  const names = Object.keys(cache).map((path) => {
    const [, name] = /node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(path) ?? [];
    return name?.replace('\\', '/') ?? path;
  });
  writeFileSync(process.env.LOADED_FILE, `${names.join('\n')}\n`);
});
