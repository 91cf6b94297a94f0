import { mkdir, readdir, realpath, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { cleanUp, onCleanUp, TestBroker, temporaryDirectory } from '../testing/test-broker.ts';
import { lockDirectory } from './lock.ts';

afterEach(async () => {
  vi.unstubAllEnvs();
  await cleanUp();
});

async function lock(directory: string) {
  const taken = await lockDirectory(await realpath(directory));
  onCleanUp(() => taken.release());
  return taken;
}

test('one process at a time holds the lock, and it is free after the release', async () => {
  const directory = await temporaryDirectory();
  const first = await lock(directory);
  await expect(lock(directory)).rejects.toMatchObject({ code: 'data-locked' });
  await first.release();
  await (await lock(directory)).release();
  expect(await readdir(directory)).toEqual([]);
});

test('two processes never hold the lock together, however many try', async () => {
  const directory = await temporaryDirectory();
  const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => lock(directory)));
  expect(attempts.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1);
});

test('a data folder can have a longer path than a socket', async () => {
  const directory = join(await temporaryDirectory(), 'long'.repeat(40));
  await mkdir(directory);
  await lock(directory);
  await expect(lock(directory)).rejects.toMatchObject({ code: 'data-locked' });
  if (process.platform !== 'win32') expect(await readdir(directory)).toHaveLength(1);
});

describe.skipIf(process.platform === 'win32')('a long path needs a link in the temporary folder', () => {
  async function longFolder() {
    const parent = await realpath(await temporaryDirectory());
    const directory = join(parent, 'long'.repeat(40));
    await mkdir(directory);
    return { parent, directory };
  }

  test('the temporary folder is missing', async () => {
    const { parent, directory } = await longFolder();
    vi.stubEnv('TMPDIR', join(parent, 'missing'));
    await expect(TestBroker.start({ dataDirectory: directory })).rejects.toMatchObject({
      code: 'temporary-folder-unusable',
      message: expect.stringContaining(join(parent, 'missing')),
    });
  });

  test('the path of the temporary folder is too long as well', async () => {
    const { directory } = await longFolder();
    const temporary = join(directory, 'temporary');
    await mkdir(temporary);
    vi.stubEnv('TMPDIR', temporary);
    await expect(lock(directory)).rejects.toMatchObject({ code: 'temporary-folder-unusable' });
    expect(await readdir(temporary)).toEqual([]);
    expect(await readdir(directory)).toEqual(['temporary']);
  });

  test('the link cannot be created', async () => {
    const { parent, directory } = await longFolder();
    vi.stubEnv('TMPDIR', parent);
    const tooLong = join(directory, 'x'.repeat(5_000));
    await expect(lockDirectory(tooLong)).rejects.toMatchObject({ code: 'temporary-folder-unusable' });
    expect(await readdir(parent)).toEqual([basename(directory)]);
  });
});

describe('a broker that cannot start reports why', () => {
  test('the data directory is in use', async () => {
    const { dataDirectory } = await TestBroker.start();
    await expect(TestBroker.start({ dataDirectory })).rejects.toMatchObject({ code: 'data-locked' });
  });

  test('the port is in use, and the directory is free again', async () => {
    const { port } = await TestBroker.start();
    const dataDirectory = await temporaryDirectory();
    await expect(TestBroker.start({ dataDirectory, port })).rejects.toMatchObject({ code: 'port-in-use' });
    await TestBroker.start({ dataDirectory });
  });

  test('no such address', async () => {
    await expect(TestBroker.start({ host: '192.0.2.1' })).rejects.toMatchObject({ code: 'address-unusable' });
  });

  test('there is a file in place of the folder', async () => {
    const dataDirectory = join(await temporaryDirectory(), 'file');
    await writeFile(dataDirectory, '');
    await expect(TestBroker.start({ dataDirectory })).rejects.toMatchObject({ code: 'data-unusable' });
  });

  test.each([
    ['{', 'data-damaged'],
    ['{"format":2}', 'data-unusable'],
    ['null', 'data-unusable'],
  ])('broker.json is %j', async (content, code) => {
    const dataDirectory = await temporaryDirectory();
    await writeFile(join(dataDirectory, 'broker.json'), content);
    await expect(TestBroker.start({ dataDirectory })).rejects.toMatchObject({ code });
  });
});
