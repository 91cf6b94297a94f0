import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startBroker } from './support/broker.ts';
import { connectProducer } from './support/kafka.ts';
import { childOf } from './support/processes.ts';
import { BIN, type Ended, qbl, startQbl } from './support/qbl.ts';
import { startRawHttpServer } from './support/raw-http-server.ts';
import { tempFolder } from './support/temp-folder.ts';
import { until } from './support/until.ts';
import { expectUsageError } from './support/usage-error.ts';

/** The control characters of the output (C0, DEL and C1), which a terminal could obey. */
function controlCharacters({ stdout, stderr }: Ended): string[] {
  return `${stdout}${stderr}`.replaceAll('\n', '').match(/\p{Cc}/gu) ?? [];
}

/** Removes the colour codes of qbl, and no other escape sequence. */
function withoutColours(text: string): string {
  return ['1', '22', '31', '39'].reduce((rest, code) => rest.replaceAll(`\u001b[${code}m`, ''), text);
}

describe('escape sequences', () => {
  test.each([{ TERM: 'xterm-256color' }, { NO_COLOR: '1' }])(
    'are not written to a pipe, with %o',
    async (env) => {
      const folder = await tempFolder();
      const help = await qbl(['run', '--help'], { folder, env });
      const wrong = await qbl(['run', '--threads', 'x'], { folder, env });
      const run = await qbl(['run', '--threads', '2', '--loops', '2'], { folder, env });
      expect(run.code, run.stderr).toBe(0);
      for (const ended of [help, wrong, run]) expect(controlCharacters(ended)).toEqual([]);
    },
  );

  test.each([
    ['a reason phrase', 'HTTP/1.1 500 Oh\u001b[31m\u0007 no\u009b2J\r\nContent-Length: 0\r\n\r\n'],
    ['a server that does not speak HTTP', '\u001b]0;owned\u0007\u001b[2J\r\n\r\n'],
    ['a body', 'HTTP/1.1 500 No\r\nContent-Length: 9\r\n\r\n\u001b[2Jowned'],
  ])('from %s are not written to the output', async (_, answer) => {
    const folder = await tempFolder();
    const url = await startRawHttpServer(Buffer.from(answer, 'latin1'));
    const args = ['blast', '--run', 'mine', '--threads', '1', '--loops', '2', '--url', url];
    const ended = await qbl(args, { folder });
    expect(ended.code, ended.stderr).toBe(1);
    expect(controlCharacters(ended)).toEqual([]);
    expect(controlCharacters(await qbl([...args, '--run', 'other', '--json'], { folder }))).toEqual([]);
  });

  const TYPED = 'a\u001b[2J\u009b2J\r\nerror: b';

  test('from the command line are not written to the output', async () => {
    const folder = await tempFolder();
    for (const args of [
      ['verify', TYPED],
      ['blast', '--plan', TYPED],
      ['blast', '--threads', TYPED],
      ['blast', TYPED],
      ['serve', '--queue', `kafka://localhost/${TYPED}`],
      [TYPED],
    ]) {
      const ended = await qbl(args, { folder });
      expectUsageError(ended);
      expect(controlCharacters(ended), JSON.stringify(args)).toEqual([]);
      expect(ended.stderr, 'the value cannot begin a line').not.toMatch(/^ *error: b/m);
    }
  });

  test.each([{}, { FORCE_COLOR: '1' }])('from the name of a file are not written, with %o', async (env) => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'file'), '');
    for (const args of [
      ['init', TYPED],
      ['init', TYPED],
      ['broker', '--data', TYPED, '--port', '0'],
      ['broker', 'repair', '--data', TYPED],
      ['consume', '--receipts', `file/${TYPED}`, '--queue', 'kafka://127.0.0.1:1/t'],
      ['verify', '--jtl', TYPED, '--run', 'mine'],
      ['verify', '--runs', TYPED],
      ['jmeter', '--render', `file/${TYPED}`],
      ['serve', '--host', TYPED],
    ]) {
      const ended = await qbl(args, { folder, env });
      const colourless = { ...ended, stderr: withoutColours(ended.stderr) };
      expect(controlCharacters(colourless), JSON.stringify(args)).toEqual([]);
      expect(ended.stderr).not.toMatch(/^ *error: b/m);
    }
    const { stdout } = await qbl(['init', `x${TYPED}`], { folder, env });
    expect(stdout.split('\n')[0]).toBe('wrote xa\\u001b[2J\\u009b2J\\u000d\\u000aerror: b');
  });

  test('from --data are not written when the broker is ready', async () => {
    const broker = startQbl(['broker', '--port', '0', '--data', TYPED], { folder: await tempFolder() });
    expect(await broker.line(/data in (.*)/)).toBe('a\\u001b[2J\\u009b2J\\u000d\\u000aerror: b');
  });

  test('from --group are not written above the progress of the service', async () => {
    const folder = await tempFolder();
    const broker = startQbl(['broker', '--port', '0', '--data', 'data'], { folder });
    const queue = await broker.line(/(kafka:[^,\s]+)/);
    const args = ['consume', '--queue', `${queue}/t`, '--group', 'a\u001b[2J', '--json'];
    const consume = startQbl(args, { folder });
    expect(await consume.line(/as (a.*)/)).toBe('a\\u001b[2J');
    consume.signal('SIGINT');
    expect(controlCharacters(await consume.ended)).toEqual([]);
  });
});

// `script` of util-linux provides a terminal.
test.skipIf(process.platform !== 'linux')(
  'writes no line to a terminal that it would break inside a word',
  async () => {
    const folder = await tempFolder();
    const command = `stty cols 60; '${process.execPath}' '${BIN}' jmeter --jmeter-home /nowhere`;
    const args = ['-qec', command, '/dev/null'];
    const options = { cwd: folder, env: { ...process.env, NO_COLOR: '1' } };
    const { stdout } = await promisify(execFile)('script', args, options).catch((ended) => ended);
    const piped = await qbl(['jmeter', '--jmeter-home', '/nowhere'], { folder });
    const lines: string[] = stdout.split('\r\n');
    expect(lines.length).toBeGreaterThan(piped.stderr.split('\n').length);
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(60);
    const words = (text: string) => text.trim().split(/\s+/);
    expect(words(stdout)).toEqual(words(piped.stderr));
  },
);

/** Runs qbl on a terminal of this width. Returns the output. */
async function onTerminal(columns: number, term: string, args: readonly string[]): Promise<string> {
  const words = [process.execPath, BIN, ...args].map((word) => `'${word}'`).join(' ');
  const command = `stty cols ${columns}; ${words}`;
  const options = { cwd: await tempFolder(), env: { ...process.env, TERM: term, NO_COLOR: '1' } };
  const { stdout } = await promisify(execFile)('script', ['-qec', command, '/dev/null'], options).catch(
    (ended) => ended,
  );
  return stdout;
}

describe.skipIf(process.platform !== 'linux')('on a terminal', () => {
  const RUN = ['run', '--threads', '2', '--loops', '3', '--service-rate', '100'];

  test('with TERM=dumb, qbl never moves the cursor', async () => {
    const text = await onTerminal(80, 'dumb', RUN);
    expect(text).toContain('PASS  run');
    expect(text.replaceAll('\r\n', '').match(/\p{Cc}/gu) ?? []).toEqual([]);
  });

  test.each([60, 80])('with %i columns, no line of a help text is longer', async (columns) => {
    const commands = (await onTerminal(200, 'xterm', ['--help'])).matchAll(/^ {2}([a-z]+) {3,}\w/gm);
    const names = [...commands].map(([, name = '']) => [name]);
    expect(names).toContainEqual(['run']);
    for (const command of [[], ['broker', 'repair'], ...names]) {
      const text = await onTerminal(columns, 'xterm', [...command, '--help']);
      expect(text).toContain('Usage: qbl');
      const tooLong = text.split('\r\n').filter((line) => line.length > columns);
      expect(tooLong, command.join(' ')).toEqual([]);
      // A shell joins a line that ends with a backslash with the next one.
      const examples = text.replaceAll(/ \\\r\n */g, ' ').match(/^ {2}\$ .*$/gm) ?? [];
      const wide = (await onTerminal(200, 'xterm', [...command, '--help'])).match(/^ {2}\$ .*$/gm) ?? [];
      expect(examples).toEqual(wide);
    }
  });

  test('with 60 columns, no line is longer, and the result does not continue the live line', async () => {
    const text = await onTerminal(60, 'xterm', RUN);
    const lines = text.split('\r\n').map((line) => stripVTControlCharacters(line));
    for (const line of lines.slice(lines.indexOf('Summary Report'))) {
      expect(line.length, line).toBeLessThanOrEqual(60);
    }
  });

  // `ssh -tt` in a cron job, for example, provides a terminal without a size.
  test('without a size, tables and help texts look as on a wide terminal', async () => {
    const text = await onTerminal(0, 'xterm', RUN);
    expect(text).toMatch(/^Label +# Samples +Average .* Avg\. Bytes\r$/m);
    expect(text).toMatch(/^min \S+ {2}mean .* max \S+ {2}\(ms\)\r$/m);
    const help = await onTerminal(0, 'xterm', ['verify', '--help']);
    expect(help).toBe(await onTerminal(80, 'xterm', ['verify', '--help']));
  });

  test('qbl changes no setting of the terminal, because a killed process could not change the setting back', async () => {
    const text = await onTerminal(80, 'xterm', RUN);
    expect(text).toContain('\u001b[1Gsending ');
    expect(text.match(/\[\?\d+[hl]/g) ?? []).toEqual([]);
  });

  test('a second signal leaves no live line', async () => {
    const folder = await tempFolder();
    const { address } = await startBroker(folder);
    // With --drain, the service waits for the message after the first Ctrl-C.
    const args = ['consume', '--queue', `kafka://${address}/t`, '--work', '1h', '--drain'];
    const words = [process.execPath, BIN, ...args].map((word) => `'${word}'`).join(' ');
    const command = `stty cols 80; exec ${words}`;
    const env = { ...process.env, TERM: 'xterm', SHELL: '/bin/sh' };
    const script = spawn('script', ['-qec', command, '/dev/null'], { cwd: folder, env });
    onTestFinished(() => void script.kill('SIGKILL'));
    let text = '';
    script.stdout.setEncoding('utf8').on('data', (more) => (text += more));
    await until('the live line', () => text.includes('\u001b[1Gconsuming '));
    const producer = await connectProducer(address);
    await producer.send({ topic: 't', messages: [{ value: '{}' }] });
    await producer.disconnect();
    await until('the message', () => text.includes('backlog 1'));
    // The live line must be visible when the signals arrive.
    const afterStart = () => text.split('as qbl-service')[1] ?? '';
    await until('the live line again', () => afterStart().includes('\u001b[1Gconsuming '));
    const service = await childOf(script.pid ?? -1);
    process.kill(service, 'SIGINT');
    // Another signal is never an echo of the first one.
    process.kill(service, 'SIGTERM');
    await once(script, 'close');
    expect(text.endsWith('\u001b[1G\u001b[2K'), text).toBe(true);
  });

  test.each([
    ['size', ['--arrivals', '1s: 100', '--service-rate', '10']],
    ['run', ['--threads', '1', '--loops', '1']],
    ['blast', ['--threads', '1', '--loops', '1', '--url', 'http://127.0.0.1:1/a']],
  ])('%s --json prints one line, however long it is', async (command, args) => {
    const text = await onTerminal(60, 'xterm', [command, ...args, '--json']);
    const json = stripVTControlCharacters(text).match(/\{"schema.*\}(?=\r\n)/)?.[0] ?? '';
    expect(JSON.parse(json)).toHaveProperty('schema');
  });

  test('with 40 columns, the live line ends with an ellipsis where it is cut', async () => {
    const url = ['--url', 'http://127.0.0.1:1/send', '--queue', 'kafka://127.0.0.1:1/t'];
    const load = ['--threads', '1', '--rate', '20', '--duration', '2s'];
    const text = await onTerminal(40, 'xterm', ['blast', ...load, ...url]);
    // For each update of the progress line, qbl moves the cursor to the first column, writes the text, and clears the
    // rest of the line.
    const updates = text.match(/(?<=\[1G)[^\p{Cc}]+(?=\p{Cc}\[0K)/gu) ?? [];
    expect(updates).toContainEqual(expect.stringMatching(/^sending .*…$/));
    for (const line of updates) expect(line.length, line).toBeLessThanOrEqual(40);
  });
});
