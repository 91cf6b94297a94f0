/** Bounds what is held in memory: messages not yet answered, and bytes of bodies read or under way. */
export class Budget {
  readonly #maxMessages: number;
  readonly #maxBytes: number;
  #messages = 0;
  #bytes = 0;

  constructor(maxMessages: number, maxBytes: number) {
    this.#maxMessages = maxMessages;
    this.#maxBytes = maxBytes;
  }

  get messages(): number {
    return this.#messages;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** False, and nothing taken, when the bound would be passed. */
  takeBytes(bytes: number): boolean {
    if (this.#bytes + bytes > this.#maxBytes) return false;
    this.#bytes += bytes;
    return true;
  }

  giveBytes(bytes: number): void {
    this.#bytes -= bytes;
  }

  takeMessage(): boolean {
    if (this.#messages >= this.#maxMessages) return false;
    this.#messages++;
    return true;
  }

  giveMessage(): void {
    this.#messages--;
  }
}
