import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached } from './cache.ts';
import { runTool } from './run-tool.ts';
import { requireTools } from './tools.ts';

const SOURCE = fileURLToPath(new URL('compose-check', import.meta.url));
const PROGRAM = process.platform === 'win32' ? 'compose-check.exe' : 'compose-check';
/** Of compose-go, as go.mod has it. */
const VERSION = '2.16.2';

/** A program around the loader of docker compose itself, built when it is not there yet, which takes half a minute. */
export async function composeCheck(): Promise<string> {
  return join(await cached(`compose-check-${VERSION}`, build), PROGRAM);
}

async function build(folder: string): Promise<void> {
  requireTools('go');
  await cp(SOURCE, folder, { recursive: true });
  await runTool('go', ['build', '-o', PROGRAM, '.'], { cwd: folder, env: { CGO_ENABLED: '0' } });
}
