import type { Writable } from 'node:stream';
import type { LiveLine } from './live-line.ts';

/** Between two lines of a log that tell how something goes on. */
const EVERY_MS = 5_000;

/** For a log: a line now and then, so that nobody takes a long work for one that hangs. Short works get none. */
export class PlainLine implements LiveLine {
  readonly #stream: Writable;
  #writtenAtMs = performance.now();

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  update(text: string): void {
    if (performance.now() - this.#writtenAtMs < EVERY_MS) return;
    this.note(text);
  }

  note(line: string): void {
    this.#writtenAtMs = performance.now();
    this.#stream.write(`${line}\n`);
  }

  end(): void {}
}
