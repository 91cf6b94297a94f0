import type { Writable } from 'node:stream';
import { SingleBar } from 'cli-progress';
import { canRewrite, type Target } from './style.ts';

/** One line that replaces itself on a terminal, and nothing elsewhere: lines that replace each other make no log. */
export interface LiveLine {
  update(text: string): void;
  /** A line of its own above it. */
  note(line: string): void;
  end(): void;
}

export function liveLine(stream: Writable, target: Target): LiveLine {
  return canRewrite(target) ? new TerminalLine(stream) : new NoLine(stream);
}

class NoLine implements LiveLine {
  readonly #stream: Writable;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  update(): void {}

  note(line: string): void {
    this.#stream.write(`${line}\n`);
  }

  end(): void {}
}

class TerminalLine implements LiveLine {
  readonly #stream: Writable;
  readonly #bar: SingleBar;
  #started = false;

  constructor(stream: Writable) {
    this.#stream = stream;
    this.#bar = new SingleBar({
      stream: stream as NodeJS.WritableStream,
      format: '{text}',
      hideCursor: true,
      linewrap: false,
      gracefulExit: false,
      clearOnComplete: true,
    });
  }

  update(text: string): void {
    if (this.#started) this.#bar.update(0, { text });
    else this.#bar.start(1, 0, { text });
    this.#started = true;
  }

  note(line: string): void {
    this.end();
    this.#stream.write(`${line}\n`);
  }

  end(): void {
    if (this.#started) this.#bar.stop();
    this.#started = false;
  }
}
