import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunFolder, runFiles } from '../run-folder.ts';
import { noteEnds, noteTaken, noteTaking, readSeen } from './seen-jsonl.ts';

const QUEUE = 'kafka://localhost:9092/seen';

let folder: RunFolder = { id: 'mine', path: '' };
beforeEach(async () => {
  folder = { id: 'mine', path: await mkdtemp(join(tmpdir(), 'qbl-seen-')) };
});
afterEach(() => rm(folder.path, { recursive: true, force: true }));

test('ignores a last line that is cut anywhere, and writes the next one on its own line', async () => {
  const { seen } = runFiles(folder);
  await noteTaking(folder, QUEUE);
  await noteEnds(folder, { queue: QUEUE, ends: new Map([[0, 7]]), queueId: 'an id', lastingName: null });
  const whole = await readFile(seen, 'utf8');
  const lastLine = whole.indexOf('\n') + 1;
  for (let length = lastLine; length < whole.length - 1; length++) {
    await writeFile(seen, whole.slice(0, length));
    expect(await readSeen(folder, QUEUE)).toEqual({
      ends: new Map(),
      queueIds: [],
      recreated: null,
      gone: false,
      taken: null,
    });
    await noteTaken(folder, QUEUE, 5);
    expect(await readSeen(folder, QUEUE)).toEqual({
      ends: new Map(),
      queueIds: [],
      recreated: null,
      gone: false,
      taken: 5,
    });
  }
});

test('reports a complete line of an unknown kind as damage', async () => {
  await writeFile(runFiles(folder).seen, '{"kind":"forgotten"}\n');
  await expect(readSeen(folder, QUEUE)).rejects.toMatchObject({ exitCode: 2 });
});
