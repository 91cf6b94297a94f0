import type { FileHandle } from 'node:fs/promises';

const LINE_FEED = 10;

/**
 * Adds a line break if the last line of a file is incomplete. The line is incomplete if its writer was killed or the
 * disk was full. The next line then starts correctly.
 */
export async function endTornLine(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  if (size === 0) return;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  if (buffer[0] !== LINE_FEED) await file.appendFile('\n');
}
