import type { Writable } from 'node:stream';
import { printableLines } from '../../printable.ts';
import type { LiveLine } from './live-line.ts';

/** Time between two progress lines in a log. */
const EVERY_MS = 5_000;

/**
 * Progress for a log. Writes a line every few seconds, so that a long task does not look stuck. For a short task,
 * writes nothing.
 */
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
    this.#stream.write(`${printableLines(line, true)}\n`);
  }

  end(): void {}
}
