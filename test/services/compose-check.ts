import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached } from './cache.ts';
import { runTool } from './run-tool.ts';
import { requireTools } from './tools.ts';

const SOURCE = fileURLToPath(new URL('compose-check', import.meta.url));
const PROGRAM = process.platform === 'win32' ? 'compose-check.exe' : 'compose-check';
/** The version of compose-go in go.mod. */
const VERSION = '2.16.2';

/**
 * Returns a program that uses docker compose's own loader. The cache keeps the program, because the build takes half a
 * minute.
 */
export async function composeCheck(): Promise<string> {
  return join(await cached(`compose-check-${VERSION}`, build), PROGRAM);
}

async function build(folder: string): Promise<void> {
  requireTools('go');
  await cp(SOURCE, folder, { recursive: true });
  await runTool('go', ['build', '-o', PROGRAM, '.'], { cwd: folder, env: { CGO_ENABLED: '0' } });
}
