import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { growingText } from './growing-file.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qbl-growing-'));
});

afterEach(() => rm(folder, { recursive: true }));

describe('growingText', () => {
  it('waits for the file, follows it, and ends with its writer', async () => {
    const file = join(folder, 'a');
    const writer = new AbortController();
    const texts = growingText(file, writer.signal);
    const first = texts.next();
    await appendFile(file, 'one\n');
    expect(await first).toEqual({ done: false, value: 'one\n' });
    const second = texts.next();
    await appendFile(file, 'two\n');
    expect(await second).toEqual({ done: false, value: 'two\n' });
    await appendFile(file, 'three');
    writer.abort();
    expect(await texts.next()).toEqual({ done: false, value: 'three' });
    expect(await texts.next()).toEqual({ done: true, value: undefined });
  });

  it('puts characters together that were written in halves', async () => {
    const file = join(folder, 'a');
    const writer = new AbortController();
    const bytes = Buffer.from('ñ');
    await appendFile(file, bytes.subarray(0, 1));
    const texts = growingText(file, writer.signal);
    expect((await texts.next()).value).toBe('');
    await appendFile(file, bytes.subarray(1));
    expect((await texts.next()).value).toBe('ñ');
    await texts.return(undefined);
  });

  it('is empty when the file never came', async () => {
    expect(await growingText(join(folder, 'none'), AbortSignal.abort()).next()).toMatchObject({ done: true });
  });
});
