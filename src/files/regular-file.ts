import { closeSync, constants, fstatSync, openSync } from 'node:fs';

/**
 * Opens a file, and closes the file after the call of `read`. A pipe without a writer would block the process for ever
 * if it were opened in the usual way.
 * @throws Error if the file cannot be opened, or if the path is a folder, a device or a pipe
 */
export function withRegularFile<T>(path: string, read: (descriptor: number, bytes: number) => T): T {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new Error('expected a file');
    return read(descriptor, stats.size);
  } finally {
    closeSync(descriptor);
  }
}
