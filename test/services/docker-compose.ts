import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached } from './cache.ts';
import { runTool } from './run-tool.ts';
import { requireTools } from './tools.ts';

const VERSION = '5.6.0';
const PROGRAM = process.platform === 'win32' ? 'docker-compose.exe' : 'docker-compose';

/** The real docker compose, built from its Go module when it is not there yet, which takes a minute or more. */
export async function dockerCompose(): Promise<string> {
  return join(await cached(`docker-compose-${VERSION}`, build), PROGRAM);
}

async function build(folder: string): Promise<void> {
  requireTools('go');
  const module = await mkdtemp(join(tmpdir(), 'qbl-docker-compose-'));
  const command = 'github.com/docker/compose/v5/cmd';
  const go = (...args: string[]) => runTool('go', args, { cwd: module, env: { CGO_ENABLED: '0' } });
  try {
    await go('mod', 'init', 'qbl-services');
    await go('get', '-tool', `${command}@v${VERSION}`);
    await go('build', '-o', PROGRAM, command);
    await copyFile(join(module, PROGRAM), join(folder, PROGRAM));
  } finally {
    await rm(module, { recursive: true, force: true });
  }
}
