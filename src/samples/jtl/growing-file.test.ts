import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { growingFile } from './growing-file.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qbl-growing-'));
});

afterEach(() => rm(folder, { recursive: true }));

describe('growingFile', () => {
  it('waits for the file, follows it, and ends when its writer ends', async () => {
    const file = join(folder, 'a');
    const writer = new AbortController();
    const pieces = growingFile(file, writer.signal);
    const first = pieces.next();
    await appendFile(file, 'one\n');
    expect(await first).toEqual({ done: false, value: Buffer.from('one\n') });
    const second = pieces.next();
    await appendFile(file, 'two\n');
    expect(await second).toEqual({ done: false, value: Buffer.from('two\n') });
    await appendFile(file, 'three');
    writer.abort();
    expect(await pieces.next()).toEqual({ done: false, value: Buffer.from('three') });
    expect(await pieces.next()).toEqual({ done: true, value: undefined });
  });

  it('ends without data when the file is never created', async () => {
    expect(await growingFile(join(folder, 'none'), AbortSignal.abort()).next()).toMatchObject({ done: true });
  });
});
