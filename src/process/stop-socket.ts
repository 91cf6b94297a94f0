import { createHash } from 'node:crypto';
import { mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The name of the socket in the folder of a run. */
export const STOP_SOCKET = 'stop.sock';

/** The messages on the socket. `qbl stop` sends the request, and the process of the run confirms it. */
export const STOP_REQUEST = 'stop\n';
export const STOP_ACCEPTED = 'stopping\n';

/** On macOS, the path of a Unix socket has at most 104 bytes, including the terminating zero. */
const MAX_SOCKET_PATH_BYTES = 103;

/**
 * Calls `use` with an address of the stop socket in the folder. A path that is too long is replaced by a
 * temporary link. On Windows the address is a named pipe, whose name is computed from the path of the folder.
 */
export async function withStopAddress<T>(
  directory: string,
  use: (address: string) => Promise<T>,
): Promise<T> {
  if (process.platform === 'win32') return use(await pipeOf(directory));
  const path = join(directory, STOP_SOCKET);
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return use(path);
  const folder = await mkdtemp(join(tmpdir(), 'qbl-'));
  try {
    const link = join(folder, 'run');
    await symlink(directory, link);
    return await use(join(link, STOP_SOCKET));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function pipeOf(directory: string): Promise<string> {
  const path = await realpath(directory);
  return `\\\\.\\pipe\\qbl-stop-${createHash('sha256').update(path.toLowerCase()).digest('hex')}`;
}
