import type { Writable } from 'node:stream';
import { SingleBar } from 'cli-progress';
import { wrapped } from '../text/layout.ts';
import { canRewrite, type Target } from '../text/style.ts';

/** A line that is updated in place on a terminal. Without a terminal it writes only notes. */
export interface LiveLine {
  update(text: string): void;
  /** Writes a permanent line above it. */
  note(line: string): void;
  end(): void;
}

export function liveLine(stream: Writable, target: Target): LiveLine {
  return canRewrite(target) ? new TerminalLine(stream, target) : new NoLine(stream, target);
}

/** The live line that is on the terminal now. Standard output and standard error share one terminal. */
let shown: TerminalLine | null = null;

/** Removes the live line before other lines are written. Its next update shows it again. */
export function aboveLiveLine(write: () => void): void {
  shown?.end();
  write();
}

class NoLine implements LiveLine {
  readonly #stream: Writable;
  readonly #target: Target;

  constructor(stream: Writable, target: Target) {
    this.#stream = stream;
    this.#target = target;
  }

  update(): void {}

  note(line: string): void {
    this.#stream.write(`${wrapped(line, this.#target.columns)}\n`);
  }

  end(): void {}
}

class TerminalLine implements LiveLine {
  readonly #stream: Writable;
  readonly #target: Target;
  readonly #bar: SingleBar;
  #started = false;

  constructor(stream: Writable, target: Target) {
    this.#stream = stream;
    this.#target = target;
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
    shown = this;
  }

  note(line: string): void {
    this.end();
    this.#stream.write(`${wrapped(line, this.#target.columns)}\n`);
  }

  end(): void {
    if (this.#started) this.#bar.stop();
    this.#started = false;
    if (shown === this) shown = null;
  }
}
