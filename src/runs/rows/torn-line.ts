import type { FileHandle } from 'node:fs/promises';

const LINE_FEED = 10;

/** Ends a last line that its writer left half-written, killed or out of disk, so that the next one stands by itself. */
export async function endTornLine(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  if (size === 0) return;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  if (buffer[0] !== LINE_FEED) await file.appendFile('\n');
}
