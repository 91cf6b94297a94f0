import { mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pruneRuns } from './prune.ts';
import { runFolder } from './run-folder.ts';

let runs: string;
beforeEach(async () => {
  runs = await mkdtemp(join(tmpdir(), 'qbl-prune-'));
});
afterEach(() => rm(runs, { recursive: true }));

async function addRun(id: string, startedAtMs: number, isFinished = true): Promise<void> {
  await mkdir(join(runs, id, 'dashboard'), { recursive: true });
  const record = {
    schema: 'qbl.run/1',
    id,
    sender: 'blast',
    plan: { name: 'plan', threadGroups: [], rate: null, identity: true },
    queue: null,
    startedAt: new Date(startedAtMs).toISOString(),
    startedAtMs,
    end: isFinished ? { at: '', atMs: startedAtMs + 1, reason: 'completed', samples: 0 } : null,
    versions: { qbl: '0', node: '20' },
    host: { name: 'h', platform: 'linux', cpus: 1 },
  };
  await writeFile(join(runs, id, 'run.json'), JSON.stringify(record));
}

const prune = (keep: number, present: string) => pruneRuns(runs, keep, runFolder(runs, present));

test('the oldest go until so many are left, the present one among them', async () => {
  for (const [index, id] of ['b', 'd', 'a', 'c'].entries()) await addRun(id, 1000 + index);
  expect((await prune(2, 'c')).sort()).toEqual(['b', 'd']);
  expect((await readdir(runs)).sort()).toEqual(['a', 'c']);
});

test('the present run stays even when it is the oldest', async () => {
  await addRun('present', 1);
  await addRun('later', 2);
  expect(await prune(1, 'present')).toEqual(['later']);
  expect(await readdir(runs)).toEqual(['present']);
});

test('what is no finished run of ours stays', async () => {
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
  await writeFile(join(runs, 'renamed', 'run.json'), JSON.stringify({ schema: 'qbl.run/1', id: 'another' }));
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
  'a link is not followed, neither to a run nor within one',
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
