import { PassThrough } from 'node:stream';
import { styleFor } from '../../src/report/text/style.ts';
import type { Ended } from './qbl.ts';

type Main = typeof import('../../src/cli/main.ts')['main'];
const DIST = new URL('../../dist/main.cjs', import.meta.url).href;
const PIPE = { isTTY: false, columns: null };

/** Runs the built program inside this process. Separate processes would be too slow for many short commands. */
export async function qblInProcess(args: readonly string[], directory: string): Promise<Ended> {
  const { main }: { main: Main } = await import(DIST);
  const [out, err] = [collected(), collected()];
  const code = await main(args, {
    env: {},
    directory,
    out: out.output,
    err: err.output,
    parent: null,
    exit: (exitCode) => {
      throw new Error(`qbl ended its process with ${exitCode}`);
    },
    onSignal: () => {},
  });
  return { code, stdout: out.text(), stderr: err.text() };
}

function collected() {
  const stream = new PassThrough();
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const output = {
    stream,
    target: PIPE,
    style: styleFor(PIPE, {}),
    line: (line: string) => void stream.write(`${line}\n`),
    json: (value: unknown) => void stream.write(`${JSON.stringify(value)}\n`),
  };
  return { output, text: () => text + (stream.read() ?? '') };
}
