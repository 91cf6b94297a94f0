import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, ROOT } from './cache.ts';
import { runTool } from './run-tool.ts';
import { requireTools } from './tools.ts';

const SOURCE = join(ROOT, 'test', 'services', 'benthos');
const PROGRAM = process.platform === 'win32' ? 'benthos.exe' : 'benthos';
/**
 * The version of Benthos in go.mod. It is the last version before Benthos was renamed to Redpanda Connect and forked
 * as Bento.
 */
const VERSION = '4.27.0';

/**
 * Returns a Benthos that was built from its Go module. The cache keeps the program, because the build takes minutes.
 */
export async function benthos(): Promise<string> {
  return join(await cached(`benthos-${VERSION}`, build), PROGRAM);
}

async function build(folder: string): Promise<void> {
  requireTools('go');
  await cp(SOURCE, folder, { recursive: true });
  await runTool('go', ['build', '-o', PROGRAM, '.'], { cwd: folder, env: { CGO_ENABLED: '0' } });
}
