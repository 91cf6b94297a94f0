import { type FileHandle, open } from 'node:fs/promises';
import { pause } from '../../pause.ts';

const CHUNK_BYTES = 256 * 1024;
/** How often a writer's progress is looked for. */
const LOOK_AGAIN_MS = 100;

/**
 * The bytes of a file that somebody else is writing, and may not have made yet, as it grows; each piece is good until
 * the next is asked for. Ends when all of it was read after `writerEnded`.
 */
export async function* growingFile(path: string, writerEnded: AbortSignal): AsyncGenerator<Buffer> {
  const buffer = Buffer.alloc(CHUNK_BYTES);
  let file: FileHandle | null = null;
  try {
    for (;;) {
      // Asked before reading: what was written before the end is then read.
      const isLast = writerEnded.aborted;
      file ??= await openIfThere(path);
      for (let bytes = await readSome(file, buffer); bytes > 0; bytes = await readSome(file, buffer)) {
        yield buffer.subarray(0, bytes);
      }
      if (isLast) return;
      await pause(LOOK_AGAIN_MS, writerEnded);
    }
  } finally {
    await file?.close();
  }
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Goes on where the last reading ended. */
async function readSome(file: FileHandle | null, buffer: Buffer): Promise<number> {
  return file === null ? 0 : (await file.read(buffer, 0, buffer.length, null)).bytesRead;
}
