import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startBroker } from './support/broker.ts';
import { freePort } from './support/free-port.ts';
import { type Ended, qbl } from './support/qbl.ts';
import { startRawHttpServer } from './support/raw-http-server.ts';
import { tempFolder } from './support/temp-folder.ts';
import { recordOf } from './support/verification.ts';

const COMMANDS = ['run', 'blast', 'verify', 'serve', 'broker', 'init'];

/** What a terminal may take for a command: C0, DEL and C1. */
function controlCharacters({ stdout, stderr }: Ended): string[] {
  return `${stdout}${stderr}`.replaceAll('\n', '').match(/\p{Cc}/gu) ?? [];
}

/** A refusal of what was typed: exit 2, one line that says why, nothing on standard output, and no stack. */
function expectUsageError(ended: Ended): string {
  expect(ended.code, ended.stderr).toBe(2);
  expect(ended.stdout).toBe('');
  expect(ended.stderr).not.toMatch(/^\s+at /m);
  const lines = ended.stderr.split('\n').filter((line) => line.includes('error:'));
  expect(lines, ended.stderr).toHaveLength(1);
  return lines[0] ?? '';
}

describe('--help', () => {
  test('of the program names every command and every exit code', async () => {
    const { code, stdout, stderr } = await qbl(['--help'], { folder: await tempFolder() });
    expect([code, stderr]).toEqual([0, '']);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} .*\\w`, 'm'));
    for (const exitCode of [0, 1, 2, 3, 4, 70, 130])
      expect(stdout).toMatch(new RegExp(`^ +${exitCode} +\\w`, 'm'));
  });

  test.each([
    [
      'run',
      ['Options:', 'Run:', 'Plan:', 'Rules:'],
      ['(default: 10s)', '(default: 10m)', '(default: "runs")'],
    ],
    ['blast', ['Options:', 'Run:', 'Plan:'], ['(default: "runs")', 'plans/stress.yaml']],
    ['verify', ['Arguments:', 'Options:', 'Rules:'], ['(default: the newest)', '(default: 10s)']],
    ['serve', ['Options:', 'Limits:'], ['(default: 3000)', 'kafka://localhost:9092/stress-topic']],
    ['broker', ['Options:'], ['(default: 9092)', '(default: ".qbl/broker")', 'default: "always"']],
    ['init', ['Arguments:', 'Options:'], ['(default: "plans/stress.yaml")']],
  ])('of %s shows options in groups, defaults and examples', async (command, groups, defaults) => {
    const { code, stdout, stderr } = await qbl([command, '--help'], { folder: await tempFolder() });
    expect([code, stderr]).toEqual([0, '']);
    for (const text of [...groups, ...defaults, `Examples:\n  $ qbl ${command}`])
      expect(stdout).toContain(text);
  });

  test.each(COMMANDS)('of %s fits 80 columns where there are no more', async (command) => {
    const options = { folder: await tempFolder(), env: { COLUMNS: '80' } };
    const { stdout } = await qbl([command, '--help'], options);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('and a command are what is asked for when there is nothing else', async () => {
    const { code, stderr } = await qbl([], { folder: await tempFolder() });
    expect(code).toBe(2);
    expect(stderr).toContain('Usage: qbl');
  });

  test('--version is the one of the package', async () => {
    const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
    const { code, stdout } = await qbl(['--version'], { folder: await tempFolder() });
    expect([code, stdout]).toEqual([0, `${version}\n`]);
  });
});

describe('a mistyped', () => {
  test.each([
    ['run', '--thread', '--threads'],
    ['blast', '--allow-error', '--allow-errors'],
    ['verify', '--exactly-onec', '--exactly-once'],
    ['serve', '--prot', '--port'],
    ['broker', '--partition', '--partitions'],
  ])('option of %s, %s, is told the right one', async (command, typed, right) => {
    const ended = await qbl([command, typed, '1'], { folder: await tempFolder() });
    expect(expectUsageError(ended)).toContain(`'${typed}'`);
    expect(ended.stderr).toContain(`Did you mean ${right}?`);
  });

  test('command is told the right one', async () => {
    const ended = await qbl(['verfy'], { folder: await tempFolder() });
    expect(expectUsageError(ended)).toContain("'verfy'");
    expect(ended.stderr).toContain('Did you mean verify?');
  });
});

describe('a wrong value is refused with what was expected:', () => {
  const COUNT = 'Expected a whole number from 1 to';
  const DURATION = 'Expected a duration such as';
  test.each([
    ['run', '--threads', '0', COUNT],
    ['blast', '--threads', '1.5', COUNT],
    ['blast', '--loops', 'many', COUNT],
    ['blast', '--duration', '10', DURATION],
    ['blast', '--duration', '0', 'longer than 0'],
    ['blast', '--ramp-up', '-1s', DURATION],
    ['blast', '--rate', '0', 'Expected a number above 0'],
    ['blast', '--url', 'ftp://localhost/', 'Expected a URL with http:// or https://'],
    ['blast', '--url', 'http://me:secret@localhost/', 'Expected a URL without a password'],
    ['blast', '--method', 'FETCH', 'POST'],
    ['blast', '--header', 'Content-Type', 'Expected a header such as'],
    ['blast', '--timeout', '1 s', DURATION],
    ['blast', '--on-sample-error', 'explode', 'stopthread'],
    ['blast', '--run', '../escape', 'Expected 1 to 64 of the characters'],
    ['run', '--settle', 'long', DURATION],
    ['verify', '--deadline', '0', 'longer than 0'],
    ['verify', '--rejected-status', '99', 'Expected a whole number from 100 to 599'],
    ['serve', '--port', '65536', 'Expected a whole number from 0 to 65,535'],
    ['serve', '--max-body', 'huge', 'Expected a number of bytes such as'],
    ['serve', '--max-pending', '0', COUNT],
    ['serve', '--timeout', 'soon', DURATION],
    ['broker', '--partitions', '0', COUNT],
    ['broker', '--fsync', 'sometimes', 'always, never'],
  ])('%s %s=%s', async (command, option, value, expected) => {
    const folder = await tempFolder();
    const line = expectUsageError(await qbl([command, `${option}=${value}`], { folder }));
    expect(line).toContain(option);
    expect(line).toContain(expected);
    expect(await readdir(folder), 'nothing was written').toEqual([]);
  });

  test.each([
    ['blast', '{', 'not JSON'],
    ['run', '[1]', 'no object'],
    ['blast', '{"a":"${thred}"}', '${thred} is unknown'],
  ])('%s --body %s', async (command, body, expected) => {
    const folder = await tempFolder();
    const line = expectUsageError(await qbl([command, '--body', body], { folder }));
    expect(line).toContain('--body: ');
    expect(line).toContain(expected);
    expect(await readdir(folder), 'nothing was written').toEqual([]);
  });

  test.each([
    ['run', 'nonsense'],
    ['blast', 'amqqp://localhost/orders'],
    ['serve', 'kafka://localhost:99999/orders'],
    ['serve', 'kafka://localhost/two words'],
  ])('%s --queue %s', async (command, queue) => {
    const folder = await tempFolder();
    const ended = await qbl([command, '--queue', queue], { folder });
    expectUsageError(ended);
    expect(ended.stderr).toMatch(/^hint: /m);
  });

  test.each(['run', 'blast'])('%s --header of a connection', async (command) => {
    const folder = await tempFolder();
    const args = [command, '--header', 'Content-Length: 3', '--url', 'http://127.0.0.1:1/send'];
    expect(expectUsageError(await qbl(args, { folder }))).toMatch(/header.* Content-Length/);
    expect(await readdir(folder), 'no run is left that was never sent').toEqual([]);
  });

  test('more arguments than there are places for', async () => {
    expectUsageError(await qbl(['blast', 'plan.yaml'], { folder: await tempFolder() }));
  });
});

describe('a plan', () => {
  test('that is wrong is told every mistake with its line', async () => {
    const folder = await tempFolder();
    const plan = [
      'threadGroups:',
      '  - name: Users',
      '    threads: 0',
      '    loops: 10',
      '    rampup: 1s',
      '    requests:',
      '      - name: Send',
      '        url: localhost:3000',
      '        method: FETCH',
      'rate: fast',
    ];
    await writeFile(join(folder, 'plan.yaml'), plan.join('\n'));
    const ended = await qbl(['run', '--plan', 'plan.yaml'], { folder });
    expect(expectUsageError(ended)).toContain('plan.yaml has 5 mistakes');
    for (const line of [3, 5, 8, 9, 10]) expect(ended.stderr).toContain(`plan.yaml:${line} `);
    expect(await readdir(folder)).toEqual(['plan.yaml']);
  });

  test('that is not there is told where to get one', async () => {
    const ended = await qbl(['blast', '--plan', 'mine.yaml'], { folder: await tempFolder() });
    expect(expectUsageError(ended)).toContain('mine.yaml');
    expect(ended.stderr).toContain('hint: qbl init');
  });

  test('of qbl init is taken by qbl run, and not overwritten', async () => {
    const folder = await tempFolder();
    const init = await qbl(['init', 'plans/mine.yaml'], { folder });
    expect([init.code, init.stderr]).toEqual([0, '']);
    expect(init.stdout).toContain(`qbl run --plan ${join('plans', 'mine.yaml')}`);
    const written = await readFile(join(folder, 'plans', 'mine.yaml'), 'utf8');
    expectUsageError(await qbl(['init', 'plans/mine.yaml'], { folder }));
    expect(await readFile(join(folder, 'plans', 'mine.yaml'), 'utf8')).toBe(written);
    const args = ['run', '--plan', 'plans/mine.yaml', '--threads', '2', '--loops', '3', '--json'];
    const ended = await qbl(args, { folder });
    expect(ended.code, ended.stderr).toBe(0);
    expect(recordOf(ended)).toMatchObject({ verdict: 'pass', received: 6 });
  });
});

describe('a run', () => {
  test.each([
    ['that is not there', ['verify', 'nobodys'], 'there is no run nobodys'],
    ['that no folder can have', ['verify', '..'], 'is no run'],
    ['among none', ['verify'], 'no run'],
    ['that is unknown for a samples file', ['verify', '--jtl', 'samples.jtl'], '--jtl needs --run'],
  ])('%s', async (_, args, expected) => {
    expect(expectUsageError(await qbl(args, { folder: await tempFolder() }))).toContain(expected);
  });
});

describe('the environment:', () => {
  async function takenPort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  test.each(['serve', 'broker'])('%s on a port in use', async (command) => {
    const folder = await tempFolder();
    const port = await takenPort();
    const args = [command, '--host', '127.0.0.1', '--port', String(port)];
    const { code, stderr } = await qbl(args, { folder, deadlineMs: 15_000 });
    expect(code, stderr).toBe(4);
    expect(stderr).toMatch(new RegExp(`^error: .*${port}.*in use`, 'm'));
    expect(stderr).toMatch(/^hint: .*--port/m);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('broker on data that another one has', async () => {
    const folder = await tempFolder();
    await startBroker(folder);
    const args = ['broker', '--port', '0', '--data', 'data'];
    const { code, stderr } = await qbl(args, { folder, deadlineMs: 15_000 });
    expect(code, stderr).toBe(4);
    expect(stderr).toMatch(/^hint: .*--data/m);
  });

  test('verify with a queue that cannot be reached', async () => {
    const folder = await tempFolder();
    const url = `http://127.0.0.1:${await freePort()}/send`;
    await qbl(['blast', '--run', 'mine', '--threads', '1', '--url', url], { folder });
    const args = ['verify', 'mine', '--queue', `kafka://127.0.0.1:${await freePort()}/orders`];
    const { code, stderr } = await qbl(args, { folder, deadlineMs: 20_000 });
    expect(code, stderr).toBe(4);
    expect(stderr).toMatch(/^error: .*no connection to 127\.0\.0\.1:\d+ \(ECONNREFUSED\)$/m);
    expect(stderr).toMatch(/^hint: .*qbl broker/m);
  });

  test('blast at an endpoint that is not there', async () => {
    const folder = await tempFolder();
    const url = `http://127.0.0.1:${await freePort()}/send`;
    const args = ['blast', '--run', 'mine', '--threads', '2', '--url', url];
    const { code, stdout, stderr } = await qbl(args, { folder });
    expect(code).toBe(1);
    expect(stdout).toMatch(/rejected +20 .*Connection refused/);
    expect(stderr).toMatch(/^hint: nothing listens there: qbl serve starts the proxy$/m);
    const tolerant = await qbl([...args, '--run', 'other', '--allow-errors'], { folder });
    expect(tolerant.code).toBe(0);
  });
});

describe('escape sequences', () => {
  test.each([{}, { NO_COLOR: '1' }, { NO_COLOR: '1', TERM: 'xterm-256color' }])(
    'do not reach a pipe, with %o',
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
    ['a server that speaks no HTTP', '\u001b]0;owned\u0007\u001b[2J\r\n\r\n'],
    ['a body', 'HTTP/1.1 500 No\r\nContent-Length: 9\r\n\r\n\u001b[2Jowned'],
  ])('of %s do not reach the output', async (_, answer) => {
    const folder = await tempFolder();
    const url = await startRawHttpServer(Buffer.from(answer, 'latin1'));
    const args = ['blast', '--run', 'mine', '--threads', '1', '--loops', '2', '--url', url];
    const ended = await qbl(args, { folder });
    expect(ended.code, ended.stderr).toBe(1);
    expect(controlCharacters(ended)).toEqual([]);
    expect(controlCharacters(await qbl([...args, '--run', 'other', '--json'], { folder }))).toEqual([]);
  });

  test('of what was typed do not come back', async () => {
    const folder = await tempFolder();
    const typed = 'a\u001b[2Jb';
    for (const args of [
      ['verify', typed],
      ['blast', '--plan', typed],
      ['blast', '--threads', typed],
      ['blast', typed],
      ['serve', '--queue', `kafka://localhost/${typed}`],
      [typed],
    ]) {
      const ended = await qbl(args, { folder });
      expectUsageError(ended);
      expect(controlCharacters(ended), JSON.stringify(args)).toEqual([]);
    }
  });
});
