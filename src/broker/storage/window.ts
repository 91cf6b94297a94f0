interface Readable {
  read(buffer: Buffer, position: number): Promise<number>;
}

/** Reads a file in large pieces. Small reads inside the last piece need no access to the file. */
export class Window {
  readonly #file: Readable;
  readonly #sizeBytes: number;
  #content: Buffer = Buffer.alloc(0);
  #start = 0;

  constructor(file: Readable, sizeBytes: number) {
    this.#file = file;
    this.#sizeBytes = sizeBytes;
  }

  /** Returns `length` bytes from the position on. Returns fewer bytes only at the end of the file. */
  async read(position: number, length: number): Promise<Buffer> {
    const offset = position - this.#start;
    if (offset < 0 || offset + length > this.#content.length) {
      await this.#load(position, Math.max(length, this.#sizeBytes));
      return this.#content.subarray(0, length);
    }
    return this.#content.subarray(offset, offset + length);
  }

  async #load(position: number, length: number): Promise<void> {
    this.#content = await readFully(this.#file, position, length);
    this.#start = position;
  }
}

/** Reads `length` bytes from the position on. Returns fewer bytes only at the end of the file. */
export async function readFully(file: Readable, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const read = await file.read(buffer.subarray(filled), position + filled);
    if (read === 0) break;
    filled += read;
  }
  return buffer.subarray(0, filled);
}
