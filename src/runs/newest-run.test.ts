import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { newestRun } from './newest-run.ts';

test('newestRun finds the run that was written last, and skips runs without a queue', async () => {
  const runs = await mkdtemp(join(tmpdir(), 'qbl-newest-'));
  onTestFinished(() => rm(runs, { recursive: true }));
  await expect(newestRun(runs)).rejects.toMatchObject({ exitCode: 2 });
  await addRun(runs, 'a-direct', 30, { id: 'a', direct: true });
  await expect(newestRun(runs)).rejects.toMatchObject({ exitCode: 2 });
  await addRun(runs, 'a', 20, { id: 'a', direct: false });
  await addRun(runs, 'older', 10);
  expect((await newestRun(runs)).id).toBe('a');
  await writeFile(join(runs, 'older', 'run.json'), '{}');
  expect((await newestRun(runs)).id, 'a damaged run counts, because its reader reports the damage').toBe(
    'older',
  );
});

test('newestRun shows no older run if the newest one cannot be read', async () => {
  const runs = await mkdtemp(join(tmpdir(), 'qbl-newest-'));
  onTestFinished(() => rm(runs, { recursive: true }));
  await addRun(runs, 'mine', 10);
  await writeFile(join(runs, 'notes'), '');
  expect((await newestRun(runs)).id).toBe('mine');
  const theirs = join(runs, 'theirs');
  await mkdir(theirs);
  // A link to itself cannot be read, not even by root.
  await symlink('run.json', join(theirs, 'run.json'));
  expect((await newestRun(runs)).id).toBe('theirs');
  await symlink('loop', join(runs, 'loop'));
  await expect(newestRun(join(runs, 'loop'))).rejects.toMatchObject({
    exitCode: 4,
    message: expect.stringContaining('cannot read the folder of the runs'),
  });
});

async function addRun(runs: string, id: string, seconds: number, experiment?: object): Promise<void> {
  await mkdir(join(runs, id));
  const file = join(runs, id, 'run.json');
  const record = {
    schema: 'qbl.run/2',
    id,
    sender: 'blast',
    experiment,
    plan: { name: 'plan', threadGroups: [], rate: null, identity: { kind: 'body', pointer: [] } },
    queue: null,
    startedAt: '',
    startedAtMs: 0,
    end: null,
    versions: { qbl: '0', node: '20' },
    host: { name: 'h', platform: 'linux', cpus: 1 },
  };
  await writeFile(file, JSON.stringify(record));
  await utimes(file, seconds, seconds);
}
