import { access, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { type RunFolder, runFiles } from '../src/runs/run-folder.ts';
import { noteTaken, noteTaking } from '../src/runs/seen-jsonl.ts';
import { evidenceBed } from './support/evidence-bed.ts';
import { forbidNotes, message } from './support/history.ts';
import { qbl } from './support/qbl.ts';

/** Which verdict stays in the folder of a run. */

const bed = evidenceBed();
const verify = (...args: readonly string[]) =>
  qbl(['verify', ...args, '--settle', '0s'], { folder: bed.directory });
const verdictIn = async (folder: RunFolder) =>
  JSON.parse(await readFile(runFiles(folder).verify, 'utf8')).verdict;

it('of several runs together is written into none of their folders', async () => {
  const whole = await bed.send('whole');
  const holed = await bed.send('holed', { drops: [3] });
  expect(await verify('whole')).toMatchObject({ code: 0 });
  const together = await verify('whole', 'holed');
  expect(together.code).toBe(1);
  expect(together.stderr).toContain('written into none of their folders');
  expect(await verdictIn(whole)).toBe('pass');
  await expect(access(runFiles(holed).verify)).rejects.toThrow();
});

it('is told and written though what was seen cannot be noted', async () => {
  const folder = await bed.send('unnoted');
  forbidNotes(folder);
  const { code, stderr } = await verify('unnoted');
  expect(code).toBe(0);
  expect(stderr).toContain('later verifications know less: cannot write');
  expect(await verdictIn(folder)).toBe('pass');
});

it('that rests on less takes no other’s place, and says so', async () => {
  const folder = await bed.send('kept');
  expect(await verify('kept')).toMatchObject({ code: 0 });
  await bed.makeAnew();
  const poorer = await verify('kept');
  expect(poorer.code).toBe(3);
  expect(poorer.stderr).toContain('verify.json keeps the pass of an earlier verification');
  expect(await verdictIn(folder)).toBe('pass');
});

it('that proves more takes the place of an earlier one', async () => {
  const folder = await bed.send('found', { answer: (loop) => (loop === 4 ? '400' : '200'), drops: [4] });
  await noteTaking(folder, bed.queue.url);
  expect(await verify('found')).toMatchObject({ code: 3 });
  await noteTaken(folder, bed.queue.url, 0);
  expect(await verify('found')).toMatchObject({ code: 0 });
  expect(await verdictIn(folder)).toBe('pass');
  await bed.produce(message('found', 4));
  expect(await verify('found')).toMatchObject({ code: 1 });
  expect(await verdictIn(folder)).toBe('fail');
});
