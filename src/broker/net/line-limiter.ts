/**
 * Writes the first log lines of each interval, then one line with the number of lines left out. This limit stops
 * clients from filling the log.
 */
export class LineLimiter {
  readonly #log: (line: string) => void;
  readonly #maxLines: number;
  readonly #intervalMs: number;
  #lines = 0;
  #last = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(log: (line: string) => void, maxLines: number, intervalMs: number) {
    this.#log = log;
    this.#maxLines = maxLines;
    this.#intervalMs = intervalMs;
  }

  line(text: string): void {
    this.#lines++;
    if (this.#lines <= this.#maxLines) this.#log(text);
    else this.#last = text;
    this.#timer ??= setTimeout(() => this.flush(), this.#intervalMs).unref();
  }

  /** Reports how many lines were left out, and starts a new interval. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const more = this.#lines - this.#maxLines;
    this.#lines = 0;
    if (more > 0) this.#log(`${more} more such lines left out; the last line: ${this.#last}`);
  }
}
