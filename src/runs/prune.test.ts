import { mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pruneRuns } from './prune.ts';

let runs: string;
beforeEach(async () => {
  runs = await mkdtemp(join(tmpdir(), 'qbl-prune-'));
});
afterEach(() => rm(runs, { recursive: true }));

async function addRun(
  id: string,
  startedAtMs: number,
  isFinished = true,
  experiment?: { readonly id: string; readonly direct: boolean },
): Promise<void> {
  await mkdir(join(runs, id, 'dashboard'), { recursive: true });
  const record = {
    schema: 'qbl.run/2',
    id,
    sender: 'blast',
    experiment,
    plan: { name: 'plan', threadGroups: [], rate: null, identity: { kind: 'body', pointer: [] } },
    queue: null,
    startedAt: new Date(startedAtMs).toISOString(),
    startedAtMs,
    end: isFinished ? { at: '', atMs: startedAtMs + 1, reason: 'completed', samples: 0 } : null,
    versions: { qbl: '0', node: '20' },
    host: { name: 'h', platform: 'linux', cpus: 1 },
  };
  await writeFile(join(runs, id, 'run.json'), JSON.stringify(record));
  await writeFile(join(runs, id, 'report.html'), '');
}

const prune = (keep: number, present: string) => pruneRuns(runs, keep, present);

test('pruneRuns removes the oldest runs until the given number is left, including the present one', async () => {
  for (const [index, id] of ['b', 'd', 'a', 'c'].entries()) await addRun(id, 1000 + index);
  expect((await prune(2, 'c')).sort()).toEqual(['b', 'd']);
  expect((await readdir(runs)).sort()).toEqual(['a', 'c']);
});

test('pruneRuns keeps the present run even if it is the oldest', async () => {
  await addRun('present', 1);
  await addRun('later', 2);
  expect(await prune(1, 'present')).toEqual(['later']);
  expect(await readdir(runs)).toEqual(['present']);
});

test('pruneRuns counts the runs of one experiment as one, and keeps or removes them together', async () => {
  const part = (id: string, of: string, at: number, direct = false) =>
    addRun(id, at, true, { id: of, direct });
  await part('a-x1', 'a', 1);
  await part('a-x2', 'a', 8);
  await part('b', 'b', 2);
  await part('b-direct', 'b', 3, true);
  await addRun('alone', 5);
  await part('c-x1', 'c', 9);
  await part('c-x2', 'c', 10);
  expect((await prune(3, 'c')).sort()).toEqual(['b', 'b-direct']);
  expect((await readdir(runs)).sort()).toEqual(['a-x1', 'a-x2', 'alone', 'c-x1', 'c-x2']);
  expect((await prune(1, 'c')).sort()).toEqual(['a-x1', 'a-x2', 'alone']);
});

test('pruneRuns keeps an experiment while one of its runs is not finished', async () => {
  await addRun('a-x1', 1, true, { id: 'a', direct: false });
  await addRun('a-x2', 2, false, { id: 'a', direct: false });
  expect(await prune(1, 'present')).toEqual([]);
});

test('pruneRuns keeps a run of qbl run that has no report yet, because the queue is still read', async () => {
  await addRun('judging', 1, true, { id: 'judging', direct: false });
  await rm(join(runs, 'judging', 'report.html'));
  await addRun('present', 2);
  expect(await prune(1, 'present')).toEqual([]);
});

test('pruneRuns keeps everything that is not a finished run of qbl', async () => {
  await addRun('present', 5000);
  await addRun('running', 1, false);
  await mkdir(join(runs, 'photos'));
  await mkdir(join(runs, 'foreign'));
  await writeFile(join(runs, 'foreign', 'run.json'), '{"schema":"other/1"}');
  await mkdir(join(runs, 'torn'));
  await writeFile(join(runs, 'torn', 'run.json'), '{"schema":"qbl.ru');
  await writeFile(join(runs, 'a-file'), '');
  await addRun('copied', 2);
  await mkdir(join(runs, 'renamed'));
  await writeFile(join(runs, 'renamed', 'run.json'), JSON.stringify({ schema: 'qbl.run/2', id: 'another' }));
  expect(await prune(1, 'present')).toEqual(['copied']);
  expect((await readdir(runs)).sort()).toEqual([
    'a-file',
    'foreign',
    'photos',
    'present',
    'renamed',
    'running',
    'torn',
  ]);
});

test.skipIf(process.platform === 'win32')(
  'pruneRuns follows no link, neither to a run nor inside a run',
  async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'qbl-elsewhere-'));
    await writeFile(join(elsewhere, 'precious'), 'kept');
    await addRun('present', 5000);
    await addRun('old', 1);
    await symlink(elsewhere, join(runs, 'old', 'link'));
    await addRun('linked', 2);
    await rename(join(runs, 'linked'), join(elsewhere, 'linked'));
    await symlink(join(elsewhere, 'linked'), join(runs, 'linked'));
    expect(await prune(1, 'present')).toEqual(['old']);
    expect((await readdir(elsewhere)).sort()).toEqual(['linked', 'precious']);
    await rm(elsewhere, { recursive: true });
  },
);
