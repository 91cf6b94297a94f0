import { constants, open } from 'node:fs/promises';

/** What the logs ask of a file; the edge at which tests put a full disk. */
export interface LogFile {
  /** Writes at the position and says how many bytes it got down, which may be fewer than given. */
  writev(buffers: Buffer[], position: number): Promise<number>;
  /** Fills the buffer from the position on and says how many bytes there were. */
  read(buffer: Buffer, position: number): Promise<number>;
  datasync(): Promise<void>;
  truncate(lengthBytes: number): Promise<void>;
  sizeBytes(): Promise<number>;
  close(): Promise<void>;
}

/** Opens a file to read and write, making it if need be. */
export async function openLogFile(path: string): Promise<LogFile> {
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT);
  return {
    writev: async (buffers, position) => (await handle.writev(buffers, position)).bytesWritten,
    read: async (buffer, position) => (await handle.read(buffer, 0, buffer.length, position)).bytesRead,
    datasync: () => handle.datasync(),
    truncate: (lengthBytes) => handle.truncate(lengthBytes),
    sizeBytes: async () => (await handle.stat()).size,
    close: () => handle.close(),
  };
}
