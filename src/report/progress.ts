import type { Writable } from 'node:stream';
import { Presets, SingleBar } from 'cli-progress';
import type { Progress } from '../process/messages.ts';
import { formatCount, formatMs } from './figures.ts';
import type { Target } from './style.ts';

/** A view of the progress of one command. */
export interface ProgressView {
  update(state: Progress): void;
  /** A line of its own above the view. */
  note(line: string): void;
  end(): void;
}

/** A bar on a terminal; elsewhere nothing but the notes, because lines that replace each other make no log. */
export function progressView(stream: Writable, target: Target, title: string): ProgressView {
  return target.isTTY ? new BarView(stream, title) : new LineView(stream);
}

class LineView implements ProgressView {
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

class BarView implements ProgressView {
  readonly #stream: Writable;
  readonly #bar: SingleBar;
  #started = false;

  constructor(stream: Writable, title: string) {
    this.#stream = stream;
    this.#bar = new SingleBar(
      {
        stream: stream as NodeJS.WritableStream,
        format: `${title} {bar} {figures}`,
        barsize: 20,
        hideCursor: true,
        linewrap: false,
        gracefulExit: false,
        clearOnComplete: true,
      },
      Presets.shades_classic,
    );
  }

  update(state: Progress): void {
    const { done, total } = state;
    if (!this.#started) this.#bar.start(total ?? 1, 0, { figures: '' });
    this.#started = true;
    this.#bar.setTotal(total ?? Math.max(done, 1));
    this.#bar.update(done, { figures: figures(state) });
  }

  note(line: string): void {
    if (this.#started) this.#bar.stop();
    this.#started = false;
    this.#stream.write(`${line}\n`);
  }

  end(): void {
    if (this.#started) this.#bar.stop();
    this.#started = false;
  }
}

function figures({ done, total, perSecond, errors, p99Ms, elapsedMs }: Progress): string {
  const parts = [total === null ? formatCount(done) : `${formatCount(done)}/${formatCount(total)}`];
  if (perSecond > 0) parts.push(`${formatCount(Math.round(perSecond))}/s`);
  if (errors > 0) parts.push(`${formatCount(errors)} errors`);
  if (p99Ms !== null) parts.push(`p99 ${formatMs(p99Ms)} ms`);
  if (total !== null && done > 0 && done < total) {
    parts.push(`${Math.ceil(((total - done) * elapsedMs) / done / 1000)} s left`);
  }
  return parts.join('  ');
}
