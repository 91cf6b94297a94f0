import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openQueue } from '../src/queue/open.ts';
import { startBroker } from './support/broker.ts';
import { qbl } from './support/qbl.ts';
import { runFile } from './support/run-files.ts';
import { makeTempFolder, removeFolder } from './support/temp-folder.ts';
import { expectUsageError } from './support/usage-error.ts';

/** The first requests to /some-fail fail. */
let someFail = 7;
const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    const fails = request.url === '/fails' || (request.url === '/some-fail' && someFail-- > 0);
    response.statusCode = fails ? 500 : 200;
    response.setHeader('X-Customer', 'customer-secret');
    if (request.url?.startsWith('/repeats')) {
      const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
      response.writeHead(401, `wrong ${token}`, { 'X-Seen': `${request.headers['x-customer']}` });
      response.write(JSON.stringify([request.url, ...request.rawHeaders]));
    }
    response.end('</script>answered');
  });
});
let folder: string;
let url: string;

beforeAll(async () => {
  folder = await makeTempFolder();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await send('one');
  await send('two', '--trace', '0');
  await send('failing', '--url', `${url}/fails`, '--allow-errors');
});
afterAll(async () => {
  server.close();
  await removeFolder(folder);
});

async function send(run: string, ...options: string[]): Promise<void> {
  const size = ['--threads', '2', '--loops', '10', '--url', `${url}/?access_token=token-secret`];
  const secrets = [
    '--header',
    'Authorization: authorization-secret',
    '--header',
    'X-Customer: customer-secret',
    '--header',
    'X-Pin: pin-secret',
  ];
  const args = ['blast', '--run', run, ...size, ...secrets, '--redact', 'x-customer', ...options];
  expect((await qbl(args, { folder })).code).toBe(0);
}

const report = (...args: string[]) => qbl(['report', ...args], { folder });

/** The data in the report of a run. */
async function dataOf(run: string) {
  const html = await readFile(runFile(folder, run, 'report.html'), 'utf8');
  return JSON.parse(/id="data">([^<]*)</.exec(html)?.[1] ?? '');
}

/** What `qbl report` prints about a run in which the acknowledgements never stopped. */
const NO_GAP = 'No gap longer than 1.0 s without an acknowledged request\n';

test('writes the report of a run as one file, and prints its path', async () => {
  expect(await report('one')).toEqual({
    code: 0,
    stdout: `${join('runs', 'one', 'report.html')}\n`,
    stderr: NO_GAP,
  });
  const data = await dataOf('one');
  expect(data).toMatchObject({
    schema: 'qbl.report/1',
    run: { id: 'one' },
    verdict: { verdict: 'unverified' },
    levelling: null,
    results: { absent: null, failures: { shown: 0, total: 0 }, successes: { shown: 20, total: 20 } },
  });
  expect(data.results.items[0].response.body).toBe('</script>answered');
});

test('writes no secret, and no header that --redact names, into any file of a run', async () => {
  await report('one');
  for (const name of ['run.json', 'trace.jsonl', 'report.html', 'summary.json', 'samples.jtl']) {
    expect(await readFile(runFile(folder, 'one', name), 'utf8'), name).not.toMatch(
      /(authorization|customer|pin|token)-secret/,
    );
  }
});

test('hides secrets that a response repeats', async () => {
  const secret = ['--header', 'Authorization: Bearer authorization-secret'];
  const repeating = ['--url', `${url}/repeats?api_key=token-secret%21`, '--allow-errors'];
  const size = ['--threads', '1', '--loops', '1', '--header', 'X-Customer: customer-secret'];
  const args = ['blast', '--run', 'repeating', ...repeating, ...size, ...secret, '--redact', 'x-customer'];
  const sent = await qbl(args, { folder });
  expect(sent.stdout).toContain('401 wrong ***');
  await report('repeating');
  const files = await readdir(join(folder, 'runs', 'repeating'));
  for (const name of ['summary.json', 'samples.jtl', 'trace.jsonl', 'report.html']) {
    expect(files).toContain(name);
    expect(await readFile(runFile(folder, 'repeating', name), 'utf8'), name).not.toMatch(
      /(authorization|customer|token)-secret/,
    );
  }
});

test('says in the report why there is no trace', async () => {
  await report('two');
  expect((await dataOf('two')).results).toMatchObject({
    absent: expect.stringContaining('--trace 0'),
    items: [],
  });
});

test('shows the requests of lost messages, traced or not', async () => {
  const { address } = await startBroker(folder);
  const queue = `kafka://${address}/nothing-comes`;
  const opened = await openQueue(queue);
  await opened.prepare();
  await opened.close();
  await send('losing', '--trace', '1', '--queue', queue);
  const verified = await qbl(['verify', 'losing', '--settle', '0s'], { folder });
  expect(verified.code, verified.stderr).toBe(1);
  expect((await report('losing')).code).toBe(0);
  const { verdict, results } = await dataOf('losing');
  expect(results.untraced).toBe(19);
  expect(results.items).toHaveLength(20);
  for (const { kinds, key, response } of results.items)
    expect({ kinds, key, line: response.line }).toMatchObject({ kinds: ['lost'], line: '200 OK' });
  const keys = results.items.map(({ key }: { key: string }) => key);
  for (const { key } of verdict.offenders[0].messages) expect(keys).toContain(key);
  const made = results.items.find(({ isTraced }: { isTraced: boolean }) => !isTraced);
  const [, thread, loop] = /^1-(\d+)-(\d+)-1$/.exec(made.key) ?? [];
  expect(made.request.body).toContain(`Mensaje ${loop} del usuario ${thread}`);
  expect(made.request.headers).toContainEqual(['Authorization', '***']);
});

test('compares two runs, and says that one run per side cannot show noise', async () => {
  const { code, stdout } = await report('one', '--compare', 'two');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^one compared with two\n +one +two +ratio\np50, ms /);
  expect(stdout).toContain('One run per side cannot separate a difference from noise');
  expect(stdout, 'the runs have the same settings').not.toContain('Warning');
  const { latency, comparisons } = await dataOf('one');
  expect(latency.series.map(({ name, run }: { name: string; run: string }) => [name, run])).toEqual([
    ['HTTP', 'one'],
    ['HTTP', 'two'],
  ]);
  expect(comparisons[0]).toMatchObject({ title: 'one compared with two', columns: ['one', 'two', 'ratio'] });
  expect(comparisons[0].notes.join()).toContain('One run per side cannot separate');
});

test('draws at most 6 runs, and compares all of them', async () => {
  const others = Array.from({ length: 7 }, (_, index) => `other-${index + 1}`);
  for (const id of others) {
    await cp(join(folder, 'runs', 'two'), join(folder, 'runs', id), { recursive: true });
    const file = runFile(folder, id, 'run.json');
    await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), id }));
  }
  expect((await report('one', '--compare', ...others)).code).toBe(0);
  const { latency, comparisons } = await dataOf('one');
  expect(latency.series.map(({ run }: { run: string }) => run)).toEqual(['one', ...others.slice(0, 5)]);
  expect(latency.leftOut).toBe(2);
  expect(comparisons[0].title).toBe('one compared with 7 runs');
});

test('refuses the copy of a run as its repetition, and names another run with the same ID by its path', async () => {
  const elsewhere = join(folder, 'elsewhere');
  const copy = join(elsewhere, 'one');
  await cp(join(folder, 'runs', 'one'), copy, { recursive: true });
  const refused = await report('two', '--compare', 'one', copy);
  expect(expectUsageError(refused)).toContain('the run "one" is named twice: ');
  expect(refused.stderr).toContain('hint: A run, or its copy, is not a repetition of itself.');
  expect(expectUsageError(await report('one', '--compare', copy))).toContain('is named twice: ');
  await rm(elsewhere, { recursive: true });
  await send('one', '--runs', elsewhere, '--timeout', '9s');
  const { code, stdout } = await report('one', '--compare', copy);
  expect(code).toBe(0);
  const other = join('elsewhere', 'one');
  expect(stdout).toContain(`one compared with ${other}\n`);
  expect(stdout).toContain(`Warning: one and ${other} have different settings: timeoutMs 30000 vs 9000.\n`);
  const { latency } = await dataOf('one');
  expect(latency.series.map(({ run }: { run: string }) => run)).toEqual(['one', other]);
});

test('fails with one line if a condition is met', async () => {
  const { code, stderr } = await report('failing', '--fail-if', 'errors > 50%', '--fail-if', 'p50 > 100s');
  expect(code).toBe(1);
  expect(stderr.split('\n').filter((line) => line.startsWith('failed:'))).toEqual([
    'failed: errors > 50%: errors is 100%; the limit is 50%',
  ]);
  expect((await report('one', '--fail-if', 'errors > 50%')).code).toBe(0);
  expect((await report('one', '--compare', 'failing', '--fail-if', 'errors > 1.1x')).code).toBe(0);
  const single = await report('failing', '--compare', 'one', '--fail-if', 'errors > 1.1x');
  expect(single.code, 'one run per side cannot show noise').toBe(3);
  expect(single.stderr).toMatch(/^unknown: errors > 1.1x: .*run each side at least 4 times$/m);
});

test('does not fail a run whose figure is exactly the limit', async () => {
  const load = ['--threads', '1', '--loops', '100', '--url', `${url}/some-fail`];
  await send('some-failing', ...load, '--allow-errors');
  const { code, stderr } = await report('some-failing', '--fail-if', 'errors > 7%');
  expect(code, stderr).toBe(0);
  expect((await report('some-failing', '--fail-if', 'errors >= 7%')).code).toBe(1);
});

test('reports a missing figure as unknown, never as a pass', async () => {
  await send('without-summary');
  await rm(runFile(folder, 'without-summary', 'summary.json'));
  const { code, stderr } = await report('without-summary', '--fail-if', 'p99 > 10s');
  expect(code).toBe(3);
  expect(stderr).toBe('unknown: p99 > 10s: a run has no figure for p99\n');
});

test.each(['run.json', 'summary.json', 'verify.json', 'service.json', 'compare.json'])(
  'reports a damaged %s as a usage error with its name',
  async (name) => {
    const run = `damaged-${name}`;
    await send(run);
    await writeFile(runFile(folder, run, name), '{"schema":"of another version"}');
    expect(expectUsageError(await report(run))).toContain(
      `${name} does not have the format of this version of qbl`,
    );
  },
);

test('reports wrong options as usage errors', async () => {
  expect(expectUsageError(await report('one', '--fail-if', 'p99 > many'))).toContain(
    'Expected a condition such as',
  );
  expect(expectUsageError(await report('one', '--fail-if', 'p99 > 1.1x'))).toContain('needs --compare');
  expect(expectUsageError(await report('one', '--compare', 'one'))).toContain('named twice');
  expect(expectUsageError(await report('none'))).toContain('run "none" not found');
  expect(expectUsageError(await report('one', '--compare', 'none'))).toContain('run "none" not found');
});

test.skipIf(process.platform === 'win32')(
  'passes the path to the browser without a shell (--open)',
  async () => {
    const home = join(folder, 'a $(touch hacked) & ;b');
    const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
    await cp(join(folder, 'runs'), join(home, 'runs'), { recursive: true });
    const script = `#!${process.execPath}\nrequire('fs').writeFileSync(process.env.SEEN, process.argv.slice(2).join('\\n'));\n`;
    await writeFile(join(home, opener), script, { mode: 0o755 });
    const env = { PATH: home, SEEN: join(home, 'seen') };
    const opened = await qbl(['report', 'one', '--open'], { folder: home, env });
    expect(opened).toEqual({ code: 0, stdout: `${join('runs', 'one', 'report.html')}\n`, stderr: NO_GAP });
    const seen = await readFile(env.SEEN, 'utf8');
    expect(fileURLToPath(seen)).toBe(await realpath(join(home, 'runs', 'one', 'report.html')));
    await expect(readFile(join(home, 'hacked'))).rejects.toThrow('ENOENT');
  },
);

test.skipIf(process.platform === 'win32')(
  'says that there is no browser (--open), and still reports a failed condition',
  async () => {
    const env = { PATH: join(folder, 'empty') };
    const none = await qbl(['report', 'one', '--open'], { folder, env });
    expect(none).toMatchObject({ code: 4, stdout: `${join('runs', 'one', 'report.html')}\n` });
    expect(none.stderr).toMatch(/\nerror: cannot open a browser: "(xdg-)?open" was not found\nhint: /);
    const failed = await qbl(['report', 'one', '--open', '--fail-if', 'p99 > 0ms'], { folder, env });
    expect(failed.code).toBe(1);
  },
);

test('writes the summary to standard output with --summary -, and creates no file "-"', async () => {
  const { code, stdout } = await report('one', '--summary', '-');
  expect(code).toBe(0);
  expect(stdout).toContain('## qbl: unverified (run one)');
  expect(await readdir(folder)).not.toContain('-');
});

test.each(['report', 'size'])('says in an empty folder how to get a run (%s)', async (command) => {
  const empty = join(folder, `empty-${command}`);
  await mkdir(empty);
  const args = command === 'size' ? ['size', '--service-rate', '10'] : [command];
  const ended = await qbl(args, { folder: empty });
  expect(expectUsageError(ended)).toContain('no run in runs');
  expect(ended.stderr).toContain('hint: Start a run with `qbl run`');
  expect(ended.stderr).not.toContain('verify');
});

test('refuses --junit -, because JUnit XML is written twice', async () => {
  const ended = await report('one', '--junit', '-');
  expect(expectUsageError(ended)).toContain('JUnit XML is only written to a file');
  expect(await readdir(folder)).not.toContain('-');
});

test.each([
  ['report', ['report', 'one', '--runs', 'runs']],
  ['run', ['run', '--runs', 'never-started']],
])('refuses one file for JUnit XML and the summary (%s)', async (_, args) => {
  const ended = await qbl(
    [...args, '--junit', 'both.txt', '--summary', join('.', 'runs', '..', 'both.txt')],
    {
      folder,
    },
  );
  expect(expectUsageError(ended)).toContain('--junit and --summary name the same file: both.txt');
  expect(await readdir(folder)).not.toEqual(expect.arrayContaining(['both.txt']));
  expect(await readdir(folder)).not.toEqual(expect.arrayContaining(['never-started']));
});

test('judges the conditions and writes the CI files even if the page cannot be written', async () => {
  const copy = join(folder, 'sealed', 'one');
  await cp(join(folder, 'runs', 'one'), copy, { recursive: true });
  await rm(join(copy, 'report.html'), { force: true });
  // Make the page impossible to write, even for root. Root can write into a read-only folder, but no user can replace a
  // folder by a file.
  await mkdir(join(copy, 'report.html'));
  const { code, stdout, stderr } = await report(copy, '--summary', 'sealed.md', '--open');
  expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
  expect(stderr).toMatch(/\nerror: cannot write [^\n]*report\.html/);
  expect(stderr).not.toContain('browser');
  expect(await readFile(join(folder, 'sealed.md'), 'utf8')).toContain('(run one)');
  expect((await report(copy, '--fail-if', 'p99 > 0ms')).code).toBe(1);
});

test('writes JUnit XML and a summary for CI', async () => {
  const files = ['--junit', 'junit.xml', '--summary', 'summary.md'];
  expect((await report('one', '--fail-if', 'p99 > 60s', ...files)).code).toBe(0);
  const junit = await readFile(join(folder, 'junit.xml'), 'utf8');
  expect(junit).toContain('tests="10" failures="0" errors="1" skipped="7"');
  expect(await readFile(join(folder, 'summary.md'), 'utf8')).toMatch(/^## qbl: unverified \(run one\)/);
});

test('replaces the JUnit XML of an older run even if the run fails, and says why in both files', async () => {
  await writeFile(join(folder, 'stale.xml'), 'from an earlier build');
  const nowhere = ['--queue', 'kafka://127.0.0.1:1/none', '--url', 'http://127.0.0.1:1/'];
  const files = ['--junit', 'stale.xml', '--summary', 'broken.md'];
  const broken = await qbl(['run', ...nowhere, ...files, '--settle', '0s'], { folder });
  expect(broken.code).toBe(4);
  const junit = await readFile(join(folder, 'stale.xml'), 'utf8');
  expect(junit).toContain('errors="1"');
  expect(junit).toMatch(/name="verdict" time="0">\s+<error message="[^"]*127\.0\.0\.1:1/);
  expect(junit).toMatch(/name="processes of the run" time="0">\s+<skipped /);
  const summary = await readFile(join(folder, 'broken.md'), 'utf8');
  expect(summary).toMatch(/^## qbl: unverified .*\n\n.*127\.0\.0\.1:1.* cannot be reached/);
});

test('does not start a run if the JUnit XML cannot be written', async () => {
  const file = join('missing', 'run.xml');
  const args = ['run', '--runs', 'never', '--junit', file];
  const { code, stderr } = await qbl(args, { folder });
  expect(code).toBe(4);
  expect(stderr).toContain(`cannot write ${file}`);
  await expect(readdir(join(folder, 'never'))).rejects.toThrow('ENOENT');
});

test('writes the report, JUnit XML and summary of a run, and removes older runs', async () => {
  const files = ['--junit', 'run.xml', '--summary', 'run.md', '--runs', 'kept', '--keep-runs', '1'];
  for (const run of ['older', 'newer']) {
    const { code, stdout } = await qbl(['run', '--run', run, '--threads', '2', '--loops', '3', ...files], {
      folder,
    });
    expect(code).toBe(0);
    expect(stdout).toContain(`Report: ${join('kept', run, 'report.html')}`);
  }
  expect(await readFile(join(folder, 'run.xml'), 'utf8')).toContain(
    'tests="9" failures="0" errors="0" skipped="0"',
  );
  const summaries = (await readFile(join(folder, 'run.md'), 'utf8'))
    .split('\n')
    .filter((line) => /^## /.test(line));
  expect(summaries, 'the summary is appended').toEqual([
    '## qbl: pass (run older)',
    '## qbl: pass (run newer)',
  ]);
  await expect(readFile(join(folder, 'kept', 'older', 'run.json'))).rejects.toThrow('ENOENT');
  const html = await readFile(join(folder, 'kept', 'newer', 'report.html'), 'utf8');
  expect(html).toContain('<title>pass: run newer</title>');
  const trace = await readFile(join(folder, 'kept', 'newer', 'trace.jsonl'), 'utf8');
  expect(trace.trim().split('\n')).toHaveLength(6);
});

test('warns if the compared runs have different settings', async () => {
  await send('slower', '--rate', '1000', '--rate-tolerance', '100%');
  const { stdout } = await report('slower', '--compare', 'one');
  expect(stdout).toMatch(/^Warning: slower and one have different settings: rate 1000 vs not set\.$/m);
});
