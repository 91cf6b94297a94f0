import { type FileHandle, open } from 'node:fs/promises';
import { pause } from '../../pause.ts';

const CHUNK_BYTES = 256 * 1024;
/** Time between two checks of the file for new bytes. */
const LOOK_AGAIN_MS = 100;

/**
 * Reads a file while another process writes it. The file may not exist yet. Each chunk is valid only until
 * the next one is requested. The reading ends when `writerEnded` is aborted and everything was read.
 */
export async function* growingFile(path: string, writerEnded: AbortSignal): AsyncGenerator<Buffer> {
  const buffer = Buffer.alloc(CHUNK_BYTES);
  let file: FileHandle | null = null;
  try {
    for (;;) {
      // Looks at the signal before reading. If the writer had ended by then, this reading gets everything that the
      // writer wrote.
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

/** Reads from the position at which the last read ended. */
async function readSome(file: FileHandle | null, buffer: Buffer): Promise<number> {
  return file === null ? 0 : (await file.read(buffer, 0, buffer.length, null)).bytesRead;
}
