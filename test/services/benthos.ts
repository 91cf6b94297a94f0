import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { cached } from './cache.ts';
import { runTool } from './run-tool.ts';
import { startProcess } from './service-process.ts';
import { requireTools } from './tools.ts';
import { untilListening } from './until-listening.ts';

const SOURCE = fileURLToPath(new URL('benthos', import.meta.url));
const PROGRAM = process.platform === 'win32' ? 'benthos.exe' : 'benthos';
/** The version of Benthos in go.mod: the last one before it became Redpanda Connect, and Bento its fork. */
const VERSION = '4.27.0';

/** Returns a Benthos that is built from its Go module. Building it takes minutes, so it is cached. */
export async function benthos(): Promise<string> {
  return join(await cached(`benthos-${VERSION}`, build), PROGRAM);
}

async function build(folder: string): Promise<void> {
  requireTools('go');
  await cp(SOURCE, folder, { recursive: true });
  await runTool('go', ['build', '-o', PROGRAM, '.'], { cwd: folder, env: { CGO_ENABLED: '0' } });
}

/**
 * Starts a pipeline from HTTP to the output. It ends with the test.
 * @param output the YAML of the output, and of anything beside it
 * @param ofInput more fields of the HTTP input, in YAML's flow style
 * @returns the URL of the input
 */
export async function startPipeline(program: string, output: string, ofInput = ''): Promise<string> {
  const folder = await tempFolder();
  const port = await freePort();
  const config = join(folder, 'pipeline.yaml');
  const input = `{http_server: {address: '127.0.0.1:${port}', path: /post${ofInput}}}`;
  await writeFile(config, `http: {enabled: false}\ninput: ${input}\n${output}\n`);
  const started = startProcess(program, ['-c', config], join(folder, 'benthos.log'));
  onTestFinished(() => started.kill());
  await untilListening(started, port);
  return `http://127.0.0.1:${port}/post`;
}
