import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { qbl, startQbl } from './support/qbl.ts';
import { tempFolder } from './support/temp-folder.ts';
import { expectUsageError } from './support/usage-error.ts';

const COMMANDS = [
  ...['run', 'blast', 'stop', 'verify', 'serve', 'broker', 'size', 'init', 'import'],
  ...['jmeter', 'consume', 'direct', 'report'],
];

describe('--help', () => {
  test('of qbl lists every command and every exit code', async () => {
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
    ['verify', ['Arguments:', 'Options:', 'Rules:'], ['(default: the newest run)', '(default: 10s)']],
    ['serve', ['Options:', 'Limits:'], ['(default: 3000)', 'kafka://localhost:9092/stress-topic']],
    ['broker', ['Options:'], ['(default: 9092)', '(default: ".qbl/broker")', 'default: "always"']],
    [
      'size',
      ['Arguments:', 'Service:', 'Arrivals:', 'Plan:'],
      ['(default: the newest run)', 'default: "max"'],
    ],
    ['init', ['Arguments:', 'Options:'], ['(default: "plans/stress.yaml")']],
  ])('of %s shows options in groups, defaults and examples', async (command, groups, defaults) => {
    const { code, stdout, stderr } = await qbl([command, '--help'], { folder: await tempFolder() });
    expect([code, stderr]).toEqual([0, '']);
    for (const text of [...groups, `Examples:\n  $ qbl ${command}`]) expect(stdout).toContain(text);
    const unfolded = stdout.replace(/\s+/g, ' ');
    for (const text of defaults) expect(unfolded).toContain(text);
  });

  test.each(COMMANDS)('of %s fits 80 columns', async (command) => {
    const options = { folder: await tempFolder(), env: { COLUMNS: '80' } };
    const { stdout } = await qbl([command, '--help'], options);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('is shown if there are no arguments', async () => {
    const { code, stderr } = await qbl([], { folder: await tempFolder() });
    expect(code).toBe(2);
    expect(stderr).toContain('Usage: qbl');
  });

  test.each([
    [
      ['help', 'size'],
      ['size', '--help'],
    ],
    [['help'], ['--help']],
    [['-v'], ['--version']],
  ])('%o is the same as %o', async (one, other) => {
    const folder = await tempFolder();
    const shown = await qbl(one, { folder });
    expect(shown.code).toBe(0);
    expect(shown.stdout).not.toBe('');
    expect(await qbl(other, { folder })).toEqual(shown);
  });

  test('run --fail-if points to qbl report', async () => {
    const ended = await qbl(['run', '--fail-if', 'p99 > 1s'], { folder: await tempFolder() });
    expectUsageError(ended);
    expect(ended.stderr).toContain('hint: After the run: qbl report --fail-if "p99 > 1s"');
  });

  test('--version prints the version in package.json', async () => {
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
  ])('option of %s, %s, gets the right one as a suggestion: %s', async (command, typed, right) => {
    const ended = await qbl([command, typed, '1'], { folder: await tempFolder() });
    expect(expectUsageError(ended)).toContain(`'${typed}'`);
    expect(ended.stderr).toContain(`Did you mean ${right}?`);
  });

  test('command gets a suggestion', async () => {
    const ended = await qbl(['verfy'], { folder: await tempFolder() });
    expect(expectUsageError(ended)).toContain("'verfy'");
    expect(ended.stderr).toContain('Did you mean verify?');
  });
});

describe('refuses a wrong value and names the expected form:', () => {
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
    ['blast', '--header', '__proto__: a', 'Expected the name of a header'],
    ['blast', '--identity', 'header:__proto__', 'Expected body, body:/pointer, header:Name'],
    ['blast', '--url', 'http://localhost/\n', 'Expected a URL without a line break'],
    ['blast', '--timeout', '1 s', DURATION],
    ['blast', '--on-sample-error', 'explode', 'stopthread'],
    ['blast', '--run', '../escape', 'Expected 1 to 64 of the characters'],
    ['run', '--settle', 'long', DURATION],
    ['verify', '--deadline', '0', 'longer than 0'],
    ['verify', '--from', '2026-02-31', 'Expected "beginning" or a time such as'],
    ['verify', '--rejected-status', '99', 'Expected a whole number from 200 to 599'],
    ['blast', '--rejected-status', '99', 'Expected a whole number from 200 to 599'],
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

  test('verify --label, if the plan of the run already names the labels', async () => {
    const folder = await tempFolder();
    const nobody = ['--url', 'http://127.0.0.1:1/', '--threads', '1', '--loops', '1'];
    await qbl(['blast', '--run', 'mine', ...nobody], { folder });
    const jtl = ['--jtl', 'runs/mine/samples.jtl', '--run', 'mine', '--label', 'R'];
    const line = expectUsageError(await qbl(['verify', ...jtl], { folder }));
    expect(line).toContain('the plan of the run "mine" already says which rows are messages');
  });

  test.each([
    ['--url', 'http://me:s3cr3t@localhost/', 'Expected a URL without a password'],
    ['--header', 'Authorization s3cr3t', 'Expected a header such as'],
  ])('%s without repeating a value that can be secret', async (option, value, expected) => {
    for (const command of ['blast', 'run', 'jmeter']) {
      const ended = await qbl([command, `${option}=${value}`], { folder: await tempFolder() });
      expect(expectUsageError(ended)).toContain(expected);
      expect(ended.stderr).not.toContain('s3cr3t');
    }
  });

  test.each([
    ['blast', '{', 'not JSON'],
    ['run', '[1]', 'expected an object'],
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

  test('--queue-config for SQS, but ignores QBL_QUEUE_CONFIG for SQS', async () => {
    const args = ['serve', '--port', '0', '--queue', 'sqs://127.0.0.1:1/orders'];
    const folder = await tempFolder();
    expect(
      expectUsageError(await qbl([...args, '--queue-config', 'kafka.properties'], { folder })),
    ).toContain('--queue-config');
    const serve = startQbl(args, { folder, env: { QBL_QUEUE_CONFIG: 'kafka.properties' } });
    await serve.line(/^serving POST \/send on (\S+)/m);
  });

  test('but accepts an empty variable, which counts as not set', async () => {
    const env = { QBL_QUEUE: '', QBL_QUEUE_CONFIG: '', QBL_HEADERS: '' };
    const serve = startQbl(['serve', '--port', '0'], { folder: await tempFolder(), env });
    await serve.line(/^(?:connected to|waiting for) kafka:\/\/localhost:9092\//m);
  });

  test.each(['run', 'blast'])('%s --header of a connection', async (command) => {
    const folder = await tempFolder();
    const args = [command, '--header', 'Content-Length: 3', '--url', 'http://127.0.0.1:1/send'];
    expect(expectUsageError(await qbl(args, { folder }))).toMatch(/--header.*cannot be in a plan/);
    expect(await readdir(folder), 'no run is left that was never sent').toEqual([]);
  });

  test.each([
    ['broker', '--data'],
    ['broker repair', '--data'],
    ['verify', '--runs'],
    ['verify --run mine', '--jtl'],
    ['blast', '--plan'],
    ['blast', '--ca'],
    ['consume', '--receipts'],
    ['serve', '--tls-cert'],
    ['serve', '--token-file'],
    ['serve', '--queue-config'],
    ['jmeter', '--render'],
    ['jmeter', '--jmeter-home'],
    ['run', '--junit'],
    ['report', '--summary'],
  ])('%s with an empty %s', async (command, option) => {
    const folder = await tempFolder();
    const line = expectUsageError(await qbl([...command.split(' '), option, ''], { folder }));
    expect(line).toMatch(
      new RegExp(`option '${option} <\\w+>' is empty: expected the path of a (file|folder)$`),
    );
    expect(await readdir(folder), 'nothing was written').toEqual([]);
  });

  test('init with an empty file', async () => {
    expect(expectUsageError(await qbl(['init', ''], { folder: await tempFolder() }))).toContain(
      "argument 'file' is empty: expected the path of a file",
    );
  });

  test('too many arguments', async () => {
    expectUsageError(await qbl(['blast', 'plan.yaml'], { folder: await tempFolder() }));
  });
});
