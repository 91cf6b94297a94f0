import type { Writable } from 'node:stream';
import { SingleBar } from 'cli-progress';
import { printableLines } from '../../printable.ts';
import { cut, wrapped } from '../text/layout.ts';
import { canRewrite, type OutputTarget } from '../text/style.ts';
import { setShown, unsetShown } from './shown-line.ts';

/** A line on a terminal that is replaced at each update. If the output is not a terminal, only notes are written. */
export interface LiveLine {
  update(text: string): void;
  /** Writes a line that stays, above the live line. */
  note(line: string): void;
  end(): void;
}

export function liveLine(stream: Writable, target: OutputTarget): LiveLine {
  return canRewrite(target) ? new TerminalLine(stream, target) : new NoLine(stream, target);
}

class NoLine implements LiveLine {
  readonly #stream: Writable;
  readonly #target: OutputTarget;

  constructor(stream: Writable, target: OutputTarget) {
    this.#stream = stream;
    this.#target = target;
  }

  update(): void {}

  note(line: string): void {
    this.#stream.write(`${wrapped(printableLines(line, true), this.#target.columns)}\n`);
  }

  end(): void {}
}

class TerminalLine implements LiveLine {
  readonly #stream: Writable;
  readonly #target: OutputTarget;
  readonly #bar: SingleBar;
  #started = false;

  constructor(stream: Writable, target: OutputTarget) {
    this.#stream = stream;
    this.#target = target;
    this.#bar = new SingleBar({
      stream: stream as NodeJS.WritableStream,
      format: '{text}',
      // If false, the bar turns off the wrapping of lines in the terminal. A killed process could not turn the wrapping on
      // again. For the same reason the bar does not hide the cursor.
      linewrap: true,
      gracefulExit: false,
      clearOnComplete: true,
    });
  }

  update(line: string): void {
    const text = cut(printableLines(line, true), this.#target.columns);
    if (this.#started) this.#bar.update(0, { text });
    else this.#bar.start(1, 0, { text });
    this.#started = true;
    setShown(this);
  }

  note(line: string): void {
    this.end();
    this.#stream.write(`${wrapped(printableLines(line, true), this.#target.columns)}\n`);
  }

  end(): void {
    if (this.#started) this.#bar.stop();
    this.#started = false;
    unsetShown(this);
  }
}
