import type { Writable } from 'node:stream';
import type { LiveLine } from './live-line.ts';

/** Time between two progress lines in a log. */
const EVERY_MS = 5_000;

/** For a log: writes a line every few seconds, so that a long task does not look stuck. A short task gets no line. */
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
