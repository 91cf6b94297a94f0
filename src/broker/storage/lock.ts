import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Stats } from 'node:fs';
import { lstat, mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BrokerError, isSystemError } from '../error.ts';

export interface Lock {
  /** Whether this process still holds the lock. The lock is lost if its file or the whole folder is removed or replaced. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}

/** Length limit for the path of a Unix socket: macOS allows 104 bytes, including the terminating zero. */
const MAX_SOCKET_PATH_BYTES = 103;
const SOCKET_NAME = /^lock-[0-9a-f]{8}$/;
const DRAFT_SUFFIX = '.new';
const ATTEMPTS = 5;
const MAX_PAUSE_MS = 60;

/**
 * Locks the folder (a real path) for this process. Throws BrokerError 'data-locked' if another process has locked it.
 * The lock is a listening socket, which the operating system closes when the process ends.
 */
export async function lockDirectory(directory: string): Promise<Lock> {
  try {
    return process.platform === 'win32' ? await lockByPipe(directory) : await lockBySocket(directory);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new BrokerError('data-unusable', `Cannot lock ${directory}: ${error.message}`, error);
  }
}

/**
 * Locks by a named pipe. On Windows only one process can create a pipe with a given name, and the pipe ends with the
 * process.
 */
async function lockByPipe(directory: string): Promise<Lock> {
  const hash = createHash('sha256').update(directory.toLowerCase()).digest('hex');
  try {
    const server = await listen(`\\\\.\\pipe\\kafka-broker-${hash}`);
    return { isHeld: async () => true, release: () => close(server) };
  } catch (error) {
    if (isSystemError(error) && error.code === 'EADDRINUSE') throw lockedError(directory);
    throw error;
  }
}

/**
 * Locks by a socket. Each process creates its own listening socket, and then looks for sockets of other
 * processes. If two processes lock at the same time, at least the later one sees the other's socket. A
 * process that sees a live socket removes its own socket and tries again later, so at most one process holds
 * the lock. A socket gets its final name only when it listens. So a socket that refuses connections belongs
 * to a process that has ended, and can be removed.
 */
async function lockBySocket(directory: string): Promise<Lock> {
  const route = await shortRoute(directory);
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const lock = await tryLock(directory, route.path);
      if (lock) return lock;
      await delay(Math.random() * MAX_PAUSE_MS);
    }
    throw lockedError(directory);
  } finally {
    await route.remove();
  }
}

async function tryLock(directory: string, route: string): Promise<Lock | undefined> {
  const name = `lock-${randomUUID().slice(0, 8)}`;
  const server = await listen(join(route, name + DRAFT_SUFFIX));
  await rename(join(directory, name + DRAFT_SUFFIX), join(directory, name));
  const release = async () => {
    await rm(join(directory, name), { force: true });
    await close(server);
  };
  const own = await lstat(join(directory, name));
  const isHeld = () => isSameFile(join(directory, name), own);
  if (!(await anotherLives(directory, route, name))) return { isHeld, release };
  await release();
  return undefined;
}

async function anotherLives(directory: string, route: string, own: string): Promise<boolean> {
  const names = (await readdir(directory)).filter((name) => SOCKET_NAME.test(name) && name !== own);
  for (const name of names) {
    if (!(await isSocket(join(directory, name)))) continue;
    if (await isAlive(join(route, name))) return true;
    await rm(join(directory, name), { force: true });
  }
  return false;
}

/** Whether the file name belongs to a lock socket. The socket may still have its temporary name. */
export function isLockName(name: string): boolean {
  return SOCKET_NAME.test(name.replace(DRAFT_SUFFIX, ''));
}

/**
 * Whether the path is a socket. A regular file of another program can have the name of a lock socket, and must not be
 * removed.
 */
async function isSocket(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSocket();
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return false;
    throw error;
  }
}

/**
 * Whether the path still leads to the file with this device number and inode number. If the folder was replaced by a
 * copy, the path leads to another file.
 */
async function isSameFile(path: string, { dev, ino }: Stats): Promise<boolean> {
  try {
    const there = await lstat(path);
    return there.dev === dev && there.ino === ino;
  } catch (error) {
    if (isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return false;
    throw error;
  }
}

async function isAlive(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    const isDead = isSystemError(error) && (error.code === 'ECONNREFUSED' || error.code === 'ENOENT');
    return !isDead;
  } finally {
    socket.destroy();
  }
}

interface Route {
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * Returns a path to the folder that is short enough for a socket. If the real path is too long, the path leads through
 * a temporary link. Throws BrokerError 'temporary-folder-unusable' if no such link can be created.
 */
async function shortRoute(directory: string): Promise<Route> {
  if (isShortEnough(directory)) return { path: directory, remove: async () => {} };
  try {
    return await linkTo(directory);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw temporaryFolderError(
      directory,
      `a link in the temporary folder ${tmpdir()} could not be created: ${error.message}`,
      error,
    );
  }
}

async function linkTo(directory: string): Promise<Route> {
  const folder = await mkdtemp(join(tmpdir(), 'lock-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const path = join(folder, 'd');
  try {
    // The system would cut a longer path without an error, and put the socket into another folder.
    if (!isShortEnough(path))
      throw temporaryFolderError(
        directory,
        `the path of the temporary folder ${tmpdir()} is too long as well`,
      );
    await symlink(directory, path);
    return { path, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

function isShortEnough(directory: string): boolean {
  return Buffer.byteLength(join(directory, `lock-00000000${DRAFT_SUFFIX}`)) <= MAX_SOCKET_PATH_BYTES;
}

async function listen(path: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  server.listen(path);
  await once(server, 'listening');
  // Ignores errors of accepted connections. Another process only needs to connect to see that the folder is locked.
  server.on('error', () => {});
  return server.unref();
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

function temporaryFolderError(directory: string, reason: string, cause?: unknown): BrokerError {
  const message = `Cannot lock ${directory}: its path is too long for a socket, and ${reason}.`;
  return new BrokerError('temporary-folder-unusable', message, cause);
}

function lockedError(directory: string): BrokerError {
  return new BrokerError('data-locked', `Another broker is using ${directory}.`);
}
