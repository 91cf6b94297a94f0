import type { SendAnswer } from '../ingest/answer.ts';
import { answerText } from './answer-text.ts';

/** The answer to one request. Null until the answer is known. */
interface Slot {
  answer: SendAnswer | null;
}

/** The answers that are due on one connection. They are sent in the order of the requests (RFC 9112, section 9.3.2). */
export class DueAnswers {
  readonly #keepAliveSeconds: number;
  /** One entry for each unanswered request, the oldest first. */
  readonly #slots: Slot[] = [];

  constructor(keepAliveSeconds: number) {
    this.#keepAliveSeconds = keepAliveSeconds;
  }

  get count(): number {
    return this.#slots.length;
  }

  /** Adds an entry for the answer to the next request. Returns a function that sets the answer. */
  add(): (answer: SendAnswer) => void {
    const slot: Slot = { answer: null };
    this.#slots.push(slot);
    return (answer) => {
      slot.answer = answer;
    };
  }

  /**
   * Removes all answers that can be sent now, and renders them as HTTP responses.
   * @param isEnding whether the connection is closed after the due answers; if so, the last of these answers says that
   */
  take(isEnding: boolean): string {
    let text = '';
    let answer = this.#slots[0]?.answer ?? null;
    while (answer !== null) {
      this.#slots.shift();
      const isLast = isEnding && this.#slots.length === 0;
      text += answerText(answer, isLast ? null : this.#keepAliveSeconds);
      answer = this.#slots[0]?.answer ?? null;
    }
    return text;
  }
}
