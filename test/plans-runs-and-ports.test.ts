import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { PACKAGED_PLANS } from '../src/plan/packaged.ts';
import { startBroker } from './support/broker.ts';
import { freePort } from './support/free-port.ts';
import { qbl } from './support/qbl.ts';
import { tempFolder } from './support/temp-folder.ts';
import { expectUsageError } from './support/usage-error.ts';
import { recordOf } from './support/verification.ts';

describe('a plan', () => {
  test('is refused with the lines of all its mistakes', async () => {
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
    expect(expectUsageError(ended)).toContain('plan.yaml has 6 mistakes');
    for (const line of [3, 5, 7, 8, 9, 10]) expect(ended.stderr).toContain(`plan.yaml:${line} `);
    expect(await readdir(folder)).toEqual(['plan.yaml']);
  });

  test('can come from standard input', async () => {
    const folder = await tempFolder();
    const plan = await readFile(join(PACKAGED_PLANS, 'stress.yaml'), 'utf8');
    const input = plan.replace('threads: 100', 'threads: 1').replace('loops: 10', 'loops: 3');
    const ended = await qbl(['run', '--plan', '-', '--json'], { folder, input });
    expect(ended.code, ended.stderr).toBe(0);
    expect(recordOf(ended)).toMatchObject({ verdict: 'pass', sent: 3 });
  });

  test.skipIf(process.platform === 'win32')('without an end or with too many bytes is refused', async () => {
    const folder = await tempFolder();
    const input = '#'.repeat(5 * 1024 * 1024);
    await writeFile(join(folder, 'long'), input);
    const endless = await qbl(['blast', '--plan', '/dev/zero'], { folder });
    expect(expectUsageError(endless)).toContain('the plan "/dev/zero": expected a file or a pipe');
    for (const file of ['long', '-']) {
      const long = await qbl(['blast', '--plan', file], { folder, input });
      expect(expectUsageError(long)).toContain('more than 4,194,304 bytes');
    }
  });

  test('is reported with a hint how to create one if the file is missing', async () => {
    const ended = await qbl(['blast', '--plan', 'mine.yaml'], { folder: await tempFolder() });
    expect(expectUsageError(ended)).toContain('mine.yaml');
    expect(ended.stderr).toContain('hint: qbl init');
  });

  test('is accepted by qbl run if qbl init wrote it, and is not overwritten', async () => {
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
  test.skipIf(process.platform !== 'linux')(
    'whose folder cannot be created is refused at once, even where Node would try forever',
    async () => {
      const folder = await tempFolder();
      for (const args of [
        ['blast', '--runs', '/proc/qbl/runs'],
        ['init', '/proc/qbl/plan.yaml'],
        ['broker', '--port', '0', '--data', '/proc/qbl/data'],
      ]) {
        const ended = await qbl(args, { folder });
        expect([args, ended.code]).toEqual([args, 4]);
        expect(ended.stderr).toContain('/proc/qbl');
      }
    },
  );

  test.each([
    ['that does not exist', ['verify', 'nobodys'], 'run "nobodys" not found'],
    ['with an impossible name', ['verify', '..'], 'is not a valid run ID'],
    ['in an empty folder', ['verify'], 'no run'],
    ['missing beside a samples file', ['verify', '--jtl', 'samples.jtl'], '--jtl needs --run'],
  ])('%s is refused', async (_, args, expected) => {
    expect(expectUsageError(await qbl(args, { folder: await tempFolder() }))).toContain(expected);
  });
});

describe('reports a problem of the environment:', () => {
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
    const { code, stderr } = await qbl(args, { folder });
    expect(code, stderr).toBe(4);
    expect(stderr).toMatch(new RegExp(`^error: .*${port}.*in use`, 'm'));
    expect(stderr).toMatch(/^hint: .*--port/m);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('broker with data that another broker uses', async () => {
    const folder = await tempFolder();
    await startBroker(folder);
    const args = ['broker', '--port', '0', '--data', 'data'];
    const { code, stderr } = await qbl(args, { folder });
    expect(code, stderr).toBe(4);
    expect(stderr).toMatch(/^hint: .*--data/m);
  });

  test('verify with an unreachable queue', async () => {
    const folder = await tempFolder();
    const url = `http://127.0.0.1:${await freePort()}/send`;
    const sent = ['--threads', '1', '--url', url, '--queue', 'kafka://localhost'];
    await qbl(['blast', '--run', 'mine', ...sent], { folder });
    const args = ['verify', 'mine', '--queue', `kafka://127.0.0.1:${await freePort()}/orders`];
    const { code, stderr } = await qbl(args, { folder });
    expect(code, stderr).toBe(4);
    expect(stderr).toMatch(/^error: .*no connection to 127\.0\.0\.1:\d+ \(ECONNREFUSED\)$/m);
    expect(stderr).toMatch(/^hint: .*qbl broker/m);
    expect(stderr).toMatch(
      /^note: the run was sent to kafka:\/\/localhost:9092\/stress-topic, but \S+orders is being read$/m,
    );
  });

  test('verify with an unreachable queue, if an ID and a path name one run', async () => {
    const folder = await tempFolder();
    const url = `http://127.0.0.1:${await freePort()}/send`;
    await qbl(['blast', '--run', 'mine', '--threads', '1', '--url', url], { folder });
    const queue = ['--queue', `kafka://127.0.0.1:${await freePort()}/orders`];
    const args = ['verify', 'mine', './runs/mine', '--run', 'mine', ...queue];
    const { code, stderr } = await qbl(args, { folder });
    expect(code, stderr).toBe(4);
    expect(stderr).toMatch(/^error: .*ECONNREFUSED/m);
  });

  test('blast with an unreachable endpoint', async () => {
    const folder = await tempFolder();
    const url = `http://127.0.0.1:${await freePort()}/send`;
    const args = ['blast', '--run', 'mine', '--threads', '2', '--url', url];
    const { code, stdout, stderr } = await qbl(args, { folder });
    expect(code).toBe(1);
    expect(stdout).toMatch(/rejected +20 .*Connection refused/);
    expect(stderr).toMatch(/^hint: no server listens at this address: start the proxy with qbl serve$/m);
    const tolerant = await qbl([...args, '--run', 'other', '--allow-errors'], { folder });
    expect(tolerant.code).toBe(0);
  });
});
