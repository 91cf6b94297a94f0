import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { lstat, realpath, rm, symlink } from 'node:fs/promises';
import { connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QblError } from '../error.ts';
import { makeTemporaryFolder } from '../folders.ts';

/** On macOS, the path of a Unix socket has at most 104 bytes, including the terminating zero. */
const MAX_SOCKET_PATH_BYTES = 103;

/**
 * Calls `use` with the address of a socket in a folder. A path that is too long is replaced by a temporary link. On
 * Windows the address is a named pipe, whose name is computed from the path of the folder.
 * @param name the name of the socket
 * @throws QblError 'environment' if the path of the temporary link is too long as well
 */
export async function withSocketAddress<T>(
  directory: string,
  name: string,
  use: (address: string) => Promise<T>,
): Promise<T> {
  if (process.platform === 'win32') return use(await pipeOf(directory, name));
  const path = join(directory, name);
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return use(path);
  const folder = await makeTemporaryFolder('qbl-');
  try {
    const link = join(folder, 'run');
    const address = join(link, name);
    // The system would cut a path above the maximum length without an error, and put the socket into another folder.
    if (Buffer.byteLength(address) > MAX_SOCKET_PATH_BYTES) throw noShortPath();
    await symlink(directory, link);
    return await use(address);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function noShortPath(): QblError {
  return new QblError('environment', `the path of the temporary folder is too long: ${tmpdir()}`, {
    hint: 'Set TMPDIR to a folder with a shorter path, such as /tmp.',
  });
}

async function pipeOf(directory: string, name: string): Promise<string> {
  const path = await realpath(directory);
  return `\\\\.\\pipe\\qbl-${name}-${createHash('sha256').update(path.toLowerCase()).digest('hex')}`;
}

/**
 * Listens on a socket in a folder, unless another process listens there. The operating system closes the socket when
 * its process ends in any way. A killed process leaves the file behind. Nobody listens on such a socket, so it refuses
 * connections and is replaced. The socket keeps no process alive.
 * @returns whether this process listens now
 * @throws the error of the file system if the folder cannot have a socket
 * @throws QblError 'environment' if a file that is not a socket has this name
 */
export function listenAlone(server: Server, directory: string, name: string): Promise<boolean> {
  return withSocketAddress(directory, name, async (address) => {
    try {
      await listen(server, address);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      if (await isOtherFile(directory, name)) throw takenName(join(directory, name));
      if (await isAlive(address)) return false;
      await rm(join(directory, name), { force: true });
      await listen(server, address);
    }
    return true;
  });
}

/**
 * Stops listening and removes the socket from the folder. The server itself removes only the path on which it listened,
 * which can be a temporary link.
 */
export async function closeSocket(server: Server, directory: string, name: string): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  await closed;
  await rm(join(directory, name), { force: true });
}

/**
 * Whether a file that is not a socket has this name. qbl did not create such a file, and must not remove it. On Windows
 * the address is a named pipe, so a file does not matter.
 */
export async function isOtherFile(directory: string, name: string): Promise<boolean> {
  if (process.platform === 'win32') return false;
  try {
    return !(await lstat(join(directory, name))).isSocket();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function takenName(path: string): QblError {
  return new QblError('environment', `${path} is not a socket, so qbl cannot listen there`, {
    hint: 'Move or remove this file.',
  });
}

/**
 * Whether a process listens on a socket. Also true if this process may not use the socket, because a process of another
 * user may listen there.
 */
export async function isAlive(address: string): Promise<boolean> {
  const socket = connect(address);
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code !== 'ECONNREFUSED' && code !== 'ENOENT';
  } finally {
    socket.destroy();
  }
}

/** Listens on a socket. The socket keeps no process alive. */
export async function listen(server: Server, address: string): Promise<void> {
  server.listen(address);
  await once(server, 'listening');
  // The handler is empty, because a failed accept ends only that connection.
  server.on('error', () => {});
  server.unref();
}
