import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { spawnBroker } from './support/broker.ts';
import { qblInProcess } from './support/in-process.ts';
import { type Ended, kill, qbl, type Running } from './support/qbl.ts';
import { makeTempFolder, removeFolder } from './support/temp-folder.ts';

const OWN = [
  'run.json',
  'samples.jtl',
  'summary.json',
  'latency.hlog',
  'tap.json',
  'verify.json',
  'seen.jsonl',
];
const OF_THE_SERVICE = [
  'e2e.hlog',
  'trace.jsonl',
  'service.json',
  'receipts.csv',
  'timeline.csv',
  'compare.json',
];
const WITHOUT_QUEUE = ['run.json', 'samples.jtl', 'direct.json', 'summary.json', 'timeline.csv'];
const FILES = [
  ...[...OWN, ...OF_THE_SERVICE].map((name) => join('whole', name)),
  ...WITHOUT_QUEUE.map((name) => join('whole-direct', name)),
];
const NUMBERS = [
  '1e308',
  '1e999',
  '-1',
  '-1e308',
  '0',
  '0.5',
  '8640000000000001',
  '9007199254740993',
  '1'.repeat(400),
  'null',
  '"x"',
  '[]',
  '{}',
  'true',
  'NaN',
  '',
];
const BYTES = ['', '\u0000', '"', '\n', ',', '{', '\ufffd', '\u202e', '-', 'e9'];

let folder: string;
let broker: Running;

beforeAll(async () => {
  folder = await makeTempFolder();
  const started = await spawnBroker(folder);
  broker = started.process;
  const load = ['--threads', '2', '--loops', '10', '--service-rate', '200', '--compare', 'direct'];
  const args = ['run', '--run', 'whole', '--queue', `kafka://${started.address}/damaged`, ...load];
  const { code, stderr } = await qbl(args, { folder });
  expect({ code, stderr }).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await kill(broker);
  await removeFolder(folder);
});

/** Replaces one number in the text by another value. */
const otherNumber = fc
  .tuple(fc.nat(), fc.constantFrom(...NUMBERS))
  .map(([which, other]) => (text: string) => {
    const found = [...text.matchAll(/-?\d+(\.\d+)?/g)];
    const match = found[which % Math.max(1, found.length)];
    if (match === undefined) return text;
    return text.slice(0, match.index) + other + text.slice(match.index + match[0].length);
  });
const torn = fc.nat().map((at) => (text: string) => text.slice(0, at % (text.length + 1)));
const otherBytes = fc.tuple(fc.nat(), fc.constantFrom(...BYTES)).map(([where, bytes]) => (text: string) => {
  const at = where % (text.length + 1);
  return text.slice(0, at) + bytes + text.slice(at + 1);
});
const lines = fc.tuple(fc.nat(), fc.constantFrom(0, 2, 3)).map(([which, times]) => (text: string) => {
  const all = text.split('\n');
  return all.flatMap((line, at) => (at === which % all.length ? Array(times).fill(line) : [line])).join('\n');
});
const replaced = fc
  .constantFrom('', '{}', '[]', 'null', '0', '\n', '\u0000'.repeat(64), '"'.repeat(64))
  .map((text) => () => text);
const damage = fc.oneof({ weight: 5, arbitrary: otherNumber }, torn, otherBytes, lines, replaced);

let copies = 0;

/** Runs the command on a copy of the run with one damaged file. */
async function afterDamage(
  file: string,
  damaged: (text: string) => string,
  args: readonly string[],
): Promise<Ended> {
  const runs = join(folder, `runs-${++copies}`);
  await cp(join(folder, 'runs'), runs, { recursive: true });
  const path = join(runs, file);
  await writeFile(path, damaged(await readFile(path, 'latin1')), 'latin1');
  const [command = '', ...options] = args;
  try {
    return await qblInProcess([command, join(runs, 'whole'), ...options], folder);
  } finally {
    await rm(runs, { recursive: true });
  }
}

/** A failure must be one error line with an optional hint, and must never look like a bug of qbl. */
function expectClearLine({ code, stderr }: Ended): void {
  expect(code, stderr).not.toBe(70);
  if (code !== 2) return;
  const errors = stderr.split('\n').filter((line) => line.startsWith('error: '));
  expect(errors, stderr).toHaveLength(1);
  expect(errors[0]).toMatch(/runs-\d+\/whole/);
  expect(stderr).not.toMatch(/^ {4}at /m);
}

describe('a damaged file of a run gives a result or one clear error', () => {
  test.each([
    ['report', ['report'], 250],
    ['size', ['size', '--service-rate', '200'], 80],
    ['verify', ['verify', '--settle', '0s', '--deadline', '5s', '--json'], 80],
  ])(
    '%s',
    async (_, args, numRuns) => {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...FILES), damage, async (file, damaged) => {
          expectClearLine(await afterDamage(file, damaged, args));
        }),
        { numRuns },
      );
    },
    400_000,
  );

  test('refuses an impossible partition number', async () => {
    const damaged = (text: string) => text.replace(/"0": /, `"${'1'.repeat(20)}": `);
    const { code, stderr } = await afterDamage('whole/tap.json', damaged, ['verify', '--settle', '0s']);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/tap\.json does not have .*start\.1{20}.*: expected another name$/m),
    });
  });

  test('refuses an invalid queue URL in run.json, and names the file and the field', async () => {
    const damaged = (text: string) => text.replace('"queue": "kafka://', '"queue": "kafka:/');
    const { code, stderr } = await afterDamage('whole/run.json', damaged, ['verify', '--settle', '0s']);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /^error: \S+run\.json does not have .*field "queue" is "kafka:\/\d.*not a URL/,
      ),
    });
  });

  test.each(['latency.hlog', 'e2e.hlog'])('refuses another text in %s', async (name) => {
    const { code, stderr } = await afterDamage(`whole/${name}`, () => 'a text\n', ['report']);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /^error: cannot read the histograms of .*: its first line is not #\[Hist/m,
      ),
    });
  });

  test('names the file, the field and the value', async () => {
    const { code, stderr } = await afterDamage(
      'whole/trace.jsonl',
      (text) => text.replace(/"atMs":\d+/, '"atMs":1e308'),
      ['report'],
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^error: \S+trace\.jsonl:1 does not have the format of this version of qbl: field "atMs" is 1e\+308: /,
    );
  });
});
