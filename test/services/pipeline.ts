import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { startProcess } from './service-process.ts';
import { untilListening } from './until-listening.ts';

/**
 * Starts a pipeline from HTTP to the output. It ends with the test.
 * @param output the YAML of the output, and of other top-level fields of the configuration
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
