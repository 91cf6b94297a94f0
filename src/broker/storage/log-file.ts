import { fstatSync, statSync } from 'node:fs';
import { constants, open } from 'node:fs/promises';

/** The file operations that a log needs. Tests replace this object to simulate a full disk. */
export interface LogFile {
  /**
   * Writes the buffers at the position. Resolves with the number of bytes written, which can be less than requested.
   */
  writev(buffers: Buffer[], position: number): Promise<number>;
  /** Reads bytes from the position into the buffer. Resolves with the number of bytes read. */
  read(buffer: Buffer, position: number): Promise<number>;
  datasync(): Promise<void>;
  truncate(lengthBytes: number): Promise<void>;
  sizeBytes(): Promise<number>;
  /**
   * Returns the file's size and whether it is still at its path. Synchronous, because the call takes a few
   * microseconds, less than an await.
   */
  inspect(): FileFacts;
  close(): Promise<void>;
}

export interface FileFacts {
  readonly sizeBytes: number;
  /** Whether the path still leads to this file. False if the file or one of its folders was deleted, moved or replaced. */
  readonly isInPlace: boolean;
}

/** `create`: a missing file is created. `existing`: a missing file fails with the system's error ENOENT. */
export type OpenMode = 'create' | 'existing';

export async function openLogFile(path: string, mode: OpenMode): Promise<LogFile> {
  const handle = await open(path, constants.O_RDWR | (mode === 'create' ? constants.O_CREAT : 0));
  return {
    writev: async (buffers, position) => (await handle.writev(buffers, position)).bytesWritten,
    read: async (buffer, position) => (await handle.read(buffer, 0, buffer.length, position)).bytesRead,
    datasync: () => handle.datasync(),
    truncate: (lengthBytes) => handle.truncate(lengthBytes),
    sizeBytes: async () => (await handle.stat()).size,
    inspect() {
      const { size, dev, ino } = fstatSync(handle.fd);
      const there = statSync(path, { throwIfNoEntry: false });
      return { sizeBytes: size, isInPlace: there?.dev === dev && there.ino === ino };
    },
    close: () => handle.close(),
  };
}
