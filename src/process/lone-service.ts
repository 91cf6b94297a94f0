import { randomUUID } from 'node:crypto';
import { readdir, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { QblError } from '../error.ts';
import {
  closeSocket,
  isAlive,
  isOtherFile,
  listen,
  listenAlone,
  withSocketAddress,
} from './folder-socket.ts';

const PIPE = 'service.sock';
const SOCKET_NAME = /^service-[0-9a-f]{8}\.sock$/;
const DRAFT_SUFFIX = '.new';
const ATTEMPTS = 5;
const MAX_PAUSE_MS = 60;
/**
 * Errors of `listen` on a file system that has no sockets. Linux answers EPERM if a file system cannot make special
 * files (mknod(2)), and ENOSYS if a FUSE file system does not know the request.
 */
const NO_SOCKETS: readonly string[] = ['ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'ENOSYS'];

/** The right of a process to be the only service that writes into a run. */
export interface LoneService {
  end(): Promise<void>;
}

/**
 * Makes this process the only service of a run. Two services at a time would overwrite each other's records, and hide
 * that one of them was killed. If the file system has no sockets, another service is not noticed.
 * @param directory the folder of the run, which exists
 * @throws QblError 'usage' while another service of this run is running, 'environment' if it is not known whether
 *   another service is running
 */
export async function becomeLoneService(directory: string): Promise<LoneService> {
  const become = process.platform === 'win32' ? becomeByPipe : becomeBySocket;
  const lone = await become(directory).catch((error: NodeJS.ErrnoException): LoneService => {
    if (hasNoSockets(error)) return { end: async () => {} };
    throw error instanceof QblError ? error : unanswered(directory, error);
  });
  if (lone !== null) return lone;
  throw new QblError('usage', `another service is already writing into the run in ${directory}`, {
    hint: 'Start one service with more --instances, or end the other service first.',
  });
}

function hasNoSockets({ syscall, code = '' }: NodeJS.ErrnoException): boolean {
  return syscall === 'listen' && NO_SOCKETS.includes(code);
}

function unanswered(directory: string, cause: Error): QblError {
  return new QblError(
    'environment',
    `cannot find out whether another service writes into the run in ${directory}: ${cause.message}`,
    { hint: 'Correct the cause, or choose another folder with --runs.', cause },
  );
}

/** On Windows only one process can listen on a named pipe, and the pipe ends with the process. */
async function becomeByPipe(directory: string): Promise<LoneService | null> {
  const server = newServer();
  const isAlone = await listenAlone(server, directory, PIPE);
  return isAlone ? { end: () => closeSocket(server, directory, PIPE) } : null;
}

/**
 * Each service listens on its own socket, and then looks for sockets of other services. If two services start at the
 * same time, at least the later one sees the other's socket. A service that sees a live socket removes its own socket
 * and tries again later. With one socket for all services, a service could replace the socket of a killed service, and
 * another service could remove this new socket.
 */
async function becomeBySocket(directory: string): Promise<LoneService | null> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { name, end } = await announce(directory);
    if (!(await anotherLives(directory, name))) return { end };
    await end();
    await delay(Math.random() * MAX_PAUSE_MS);
  }
  return null;
}

/** A socket gets its final name only when it listens. So a socket that refuses connections belongs to a killed process. */
async function announce(directory: string): Promise<LoneService & { readonly name: string }> {
  const name = `service-${randomUUID().slice(0, 8)}.sock`;
  const draft = name + DRAFT_SUFFIX;
  const server = newServer();
  await withSocketAddress(directory, draft, (address) => listen(server, address));
  await rename(join(directory, draft), join(directory, name));
  return { name, end: () => closeSocket(server, directory, name) };
}

async function anotherLives(directory: string, own: string): Promise<boolean> {
  const names = (await readdir(directory)).filter((name) => SOCKET_NAME.test(name) && name !== own);
  for (const name of names) {
    if (await isOtherFile(directory, name)) continue;
    if (await withSocketAddress(directory, name, isAlive)) return true;
    await rm(join(directory, name), { force: true });
  }
  return false;
}

function newServer() {
  return createServer((socket) => socket.destroy());
}
