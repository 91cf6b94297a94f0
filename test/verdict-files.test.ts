import { existsSync } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openQueue } from '../src/queue/open.ts';
import { type Incident, writeIncidents } from '../src/runs/documents/incidents-json.ts';
import { noteTaken, noteTaking } from '../src/runs/rows/seen-jsonl.ts';
import { makeRunFolder, type RunFolder, runFiles } from '../src/runs/run-folder.ts';
import { evidenceBed } from './support/evidence-bed.ts';
import { forbidNotes } from './support/history.ts';
import { qbl } from './support/qbl.ts';

/** Tests which verdict is kept in the folder of a run. */

const bed = evidenceBed();
const verify = (...args: readonly string[]) =>
  qbl(['verify', ...args, '--settle', '0s'], { folder: bed.directory });
const verdictIn = async (folder: RunFolder) =>
  JSON.parse(await readFile(runFiles(folder).verify, 'utf8')).verdict;

it('writes the verdict of several runs into none of their folders', async () => {
  const whole = await bed.send('whole');
  const holed = await bed.send('holed', { drops: [3] });
  expect(await verify('whole')).toMatchObject({ code: 0 });
  const together = await verify('whole', 'holed');
  expect(together.code).toBe(1);
  expect(together.stderr).toContain('a verdict on several runs is not written into their folders');
  expect(await verdictIn(whole)).toBe('pass');
  await expect(access(runFiles(holed).verify)).rejects.toThrow();
});

it('reports and writes the verdict although the facts for later verifications cannot be recorded', async () => {
  const folder = await bed.send('unnoted');
  forbidNotes(folder);
  const { code, stderr } = await verify('unnoted');
  expect(code).toBe(0);
  expect(stderr).toContain('later verifications will have less evidence: cannot write');
  expect(await verdictIn(folder)).toBe('pass');
});

it('keeps an earlier verdict that rests on more evidence, and says so', async () => {
  const folder = await bed.send('kept');
  expect(await verify('kept')).toMatchObject({ code: 0 });
  await bed.makeAnew();
  const poorer = await verify('kept');
  expect(poorer.code).toBe(3);
  expect(poorer.stderr).toContain('verify.json still contains the verdict "pass" of an earlier verification');
  expect(await verdictIn(folder)).toBe('pass');
});

it.each([
  ['a verdict with fewer rules', 'asked', [], ['--exactly-once']],
  [
    'a verdict that lacks one of the rules',
    'asked-both',
    ['--exactly-once'],
    ['--exactly-once', '--ordered'],
  ],
])('replaces %s', async (_, run, before, now) => {
  const folder = await bed.send(run);
  expect(await verify(run, ...before)).toMatchObject({ code: 0 });
  await bed.makeAnew();
  expect(await verify(run, ...now)).toMatchObject({ code: 3 });
  expect(await verdictIn(folder)).toBe('unknown');
});

it('keeps an earlier verdict that checked more rules', async () => {
  const folder = await bed.send('strict');
  expect(await verify('strict', '--exactly-once', '--ordered')).toMatchObject({ code: 0 });
  await bed.makeAnew();
  expect(await verify('strict', '--ordered')).toMatchObject({ code: 3 });
  expect(await verdictIn(folder)).toBe('pass');
});

it('replaces a verdict on another queue, and says so', async () => {
  const folder = await bed.send('elsewhere');
  expect(await verify('elsewhere')).toMatchObject({ code: 0 });
  await noteTaking(folder, bed.queue.url);
  const there = await openQueue(bed.queue.url.replace(/evidence$/, 'elsewhere'));
  onTestFinished(() => there.close());
  await there.prepare();
  const { code, stderr } = await verify('elsewhere', '--queue', there.url);
  expect(code).toBe(3);
  expect(stderr).toContain(
    `verify.json no longer contains the verdict "pass" of an earlier verification, which read everything in ${bed.queue.url}`,
  );
  expect(await verdictIn(folder)).toBe('unknown');
});

it('replaces an earlier verdict that proves less', async () => {
  const folder = await bed.send('found', { answer: (loop) => (loop === 4 ? '400' : '200'), drops: [4] });
  await noteTaking(folder, bed.queue.url);
  expect(await verify('found')).toMatchObject({ code: 3 });
  await noteTaken(folder, bed.queue.url, 0);
  expect(await verify('found')).toMatchObject({ code: 0 });
  expect(await verdictIn(folder)).toBe('pass');
  await bed.produce(bed.sent('found', 4));
  expect(await verify('found')).toMatchObject({ code: 1 });
  expect(await verdictIn(folder)).toBe('fail');
});

const INCIDENT: Incident = {
  ...{ part: 'serve', kind: 'ended' as const, code: null, signal: 'SIGKILL', direct: false },
  ...{ at: '2026-01-01T00:00:03.250Z', afterMs: 3_250 },
};

it('includes the incidents that `qbl run` recorded', async () => {
  const folder = await bed.send('broken');
  await writeIncidents(folder, [INCIDENT]);
  const { code, stdout } = await verify('broken');
  expect(code).toBe(0);
  expect(stdout).toContain('arrived. But qbl serve was killed (SIGKILL) 3.3 s after the start.');
  expect(JSON.parse(await readFile(runFiles(folder).verify, 'utf8')).incidents).toEqual([INCIDENT]);
});

describe('the incidents of a run that broke off before its sender started', () => {
  const incidentsOf = (run: string) => runFiles(bed.folderOf(run)).incidents;
  const refused = ['--url', 'http://127.0.0.1:1', '--threads', '1', '--loops', '1'];

  it.each([
    ['run', []],
    ['blast', refused],
  ])('are removed by a later `qbl %s` with the same ID', async (command, options) => {
    await makeRunFolder(bed.folderOf('mine'));
    await writeIncidents(bed.folderOf('mine'), [INCIDENT]);
    await qbl([command, '--run', 'mine', ...options], { folder: bed.directory });
    expect(existsSync(runFiles(bed.folderOf('mine')).samples)).toBe(true);
    expect(existsSync(incidentsOf('mine'))).toBe(false);
  });

  it.each(['run', 'blast'])('stay in the folder of a run that exists: qbl %s', async (command) => {
    await bed.send('mine');
    await writeIncidents(bed.folderOf('mine'), [INCIDENT]);
    const { code } = await qbl([command, '--run', 'mine', ...refused], { folder: bed.directory });
    expect(code).toBe(2);
    expect(existsSync(incidentsOf('mine'))).toBe(true);
  });
});

it('writes only the documented fields of a message with a problem', async () => {
  const folder = await bed.send('twice');
  await bed.produce(bed.sent('twice', 3), 1);
  const { stdout } = await verify('twice', '--json', '--exactly-once');
  const written = await readFile(runFiles(folder).verify, 'utf8');
  for (const record of [JSON.parse(stdout), JSON.parse(written)]) {
    expect(record.offenders.duplicated).toEqual([
      {
        identity: { run: 'twice', group: 1, thread: 1, loop: 3, request: 1 },
        place: { partition: 1, offset: expect.any(Number) },
      },
    ]);
  }
});
