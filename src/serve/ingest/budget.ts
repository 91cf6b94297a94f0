import type { ByteBudget } from '../../http/body-buffer.ts';

/** Limits the memory of serve: the number of unanswered messages, and the bytes of their requests. */
export class Budget implements ByteBudget {
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
