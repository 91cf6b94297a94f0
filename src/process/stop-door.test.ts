import { once } from 'node:events';
import { existsSync, linkSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openStopDoor } from './stop-door.ts';
import { requestStop } from './stop-request.ts';

const LONG_MS = 60_000;

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'qbl-stop-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** Listens for requests to stop, as the process of a run does, and counts them. Stops listening when the test ends. */
async function openDoor(folder: string) {
  const asked = { times: 0, first: () => {} };
  const door = await openStopDoor(folder, () => {
    asked.times++;
    asked.first();
  });
  const state = { asked, isOpen: true };
  const close = async () => {
    if (state.isOpen) await door.close();
    state.isOpen = false;
  };
  onTestFinished(close);
  return { asked, close };
}

test.each(['short', 'x'.repeat(120)])(
  'ends each request when the door closes, in the folder %s',
  async (name) => {
    const folder = join(await newFolder(), name);
    await mkdir(folder);
    const { asked, close } = await openDoor(folder);
    const isAsked = new Promise<void>((resolve) => {
      asked.first = resolve;
    });
    const first = requestStop(folder, LONG_MS);
    await isAsked;
    expect(await requestStop(folder, 100)).toBe('late');
    await close();
    expect(await first).toBe('ended');
    expect(asked.times).toBe(2);
    expect(await requestStop(folder, LONG_MS)).toBe('not-running');
    expect(existsSync(join(folder, 'stop.sock'))).toBe(false);
  },
);

test('a connection without the request stops nothing', async () => {
  const folder = await newFolder();
  const { asked } = await openDoor(folder);
  const socket = connect(join(folder, 'stop.sock'));
  socket.end('stopped');
  socket.resume();
  await once(socket, 'close');
  expect(asked.times).toBe(0);
});

test('replaces the socket of a killed process, but not the one of a running process', async () => {
  const folder = await newFolder();
  const other = createServer().listen(join(folder, 'other.sock'));
  await once(other, 'listening');
  linkSync(join(folder, 'other.sock'), join(folder, 'stop.sock'));
  other.close();
  await once(other, 'close');
  expect(await requestStop(folder, LONG_MS)).toBe('not-running');
  await openDoor(folder);
  await expect(openStopDoor(folder, () => {})).rejects.toThrow('a run is already running in');
  expect(await requestStop(folder, 100)).toBe('late');
});

// On Windows the address is the name of a pipe, which is no file.
test.skipIf(process.platform === 'win32')(
  'does not replace a regular file that has the name of the socket',
  async () => {
    const folder = await newFolder();
    const file = join(folder, 'stop.sock');
    await writeFile(file, 'a file of the user');
    await expect(openStopDoor(folder, () => {})).rejects.toMatchObject({
      ...{ exitCode: 4, message: `${file} is not a socket, so qbl cannot listen there` },
      hint: 'Move or remove this file.',
    });
    expect(await readFile(file, 'utf8')).toBe('a file of the user');
  },
);

test('reports a process that does not answer, and a folder without a run', async () => {
  const folder = await newFolder();
  expect(await requestStop(join(folder, 'none'), LONG_MS)).toBe('not-running');
  const mute = createServer((socket) => socket.on('error', () => {}).resume());
  mute.listen(join(folder, 'stop.sock'));
  await once(mute, 'listening');
  onTestFinished(() => void mute.close());
  expect(await requestStop(folder, 100)).toBe('silent');
});
