import { indexOf, PAGE_SLOTS, pageOf } from './page-size.ts';

/**
 * Maximum number of messages of which more copies than the first one are compared with a row that is read later, and of
 * these copies. A message with more copies than that is a duplicate anyway.
 */
const MAX_WITH_MORE = 2 ** 16;
const MAX_COPIES_OF_ONE = 100;

/** What the row of a message says about it. */
export interface TokenSent {
  readonly sentAtMs: number;
  /** The first bits of the hash of the content. Null if the row has none. */
  readonly content: number | null;
}

/** What a copy of a message shows. */
export interface TokenSeen {
  /** Null if the queue says no time. */
  readonly arrivedAtMs: number | null;
  /** Null if nothing is compared. */
  readonly content: number | null;
}

/**
 * Pairs the row of each message with its copies, for messages that a token identifies. Such a message carries neither
 * a send time nor a checksum. Rows and copies may come in any order. Needs 13 bytes for each slot.
 */
export class SlotTokens {
  readonly #pages: Page[] = [];
  readonly #moreContents = new Map<number, number[]>();

  /** Returns when the first copy arrived, if it came before the row, and how many copies have other contents. */
  addSent(slot: number, { sentAtMs, content }: TokenSent): { arrivedAtMs: number | null; damaged: number } {
    const page = this.#page(slot);
    const index = indexOf(slot);
    const flags = page.flags[index] ?? 0;
    const arrivedAtMs = (flags & ARRIVED) === 0 ? null : (page.times[index] ?? 0);
    const seen = (flags & SEEN_CONTENT) === 0 ? [] : [page.contents[index] ?? 0];
    const all = [...seen, ...(this.#moreContents.get(slot) ?? [])];
    this.#moreContents.delete(slot);
    page.times[index] = sentAtMs;
    page.contents[index] = content ?? 0;
    page.flags[index] = SENT | (content === null ? 0 : SENT_CONTENT);
    return { arrivedAtMs, damaged: content === null ? 0 : all.filter((each) => each !== content).length };
  }

  /**
   * Returns when the message was sent and the hash of its content, if its row is known, and whether its content is another
   * one than was sent.
   */
  addSeen(
    slot: number,
    { arrivedAtMs, content }: TokenSeen,
  ): { sentAtMs: number | null; content: number | null; isDamaged: boolean } {
    const page = this.#page(slot);
    const index = indexOf(slot);
    const flags = page.flags[index] ?? 0;
    if ((flags & SENT) !== 0) {
      const sent = (flags & SENT_CONTENT) === 0 ? null : (page.contents[index] ?? 0);
      const isDamaged = sent !== null && content !== null && content !== sent;
      return { sentAtMs: page.times[index] ?? 0, content: sent, isDamaged };
    }
    if (arrivedAtMs !== null && (flags & ARRIVED) === 0) page.times[index] = arrivedAtMs;
    if (content !== null && (flags & SEEN_CONTENT) !== 0) this.#keepMore(slot, content);
    else if (content !== null) page.contents[index] = content;
    page.flags[index] = flags | (arrivedAtMs === null ? 0 : ARRIVED) | (content === null ? 0 : SEEN_CONTENT);
    return { sentAtMs: null, content: null, isDamaged: false };
  }

  /** Whether the row of the message is known and has the hash of its content. */
  hasContent(slot: number): boolean {
    return ((this.#pages[pageOf(slot)]?.flags[indexOf(slot)] ?? 0) & SENT_CONTENT) !== 0;
  }

  /** When the message was sent. Null if its row is not known. */
  sentAtMs(slot: number): number | null {
    const page = this.#page(slot);
    const index = indexOf(slot);
    return ((page.flags[index] ?? 0) & SENT) === 0 ? null : (page.times[index] ?? 0);
  }

  #keepMore(slot: number, content: number): void {
    const contents = this.#moreContents.get(slot) ?? [];
    if (contents.length >= MAX_COPIES_OF_ONE) return;
    if (contents.length === 0 && this.#moreContents.size >= MAX_WITH_MORE) return;
    this.#moreContents.set(slot, contents);
    contents.push(content);
  }

  #page(slot: number): Page {
    const number = pageOf(slot);
    const page = this.#pages[number] ?? newPage();
    this.#pages[number] = page;
    return page;
  }
}

const SENT = 1;
const SENT_CONTENT = 2;
const ARRIVED = 4;
const SEEN_CONTENT = 8;

interface Page {
  readonly flags: Uint8Array;
  readonly times: Float64Array;
  readonly contents: Uint32Array;
}

function newPage(): Page {
  return {
    flags: new Uint8Array(PAGE_SLOTS),
    times: new Float64Array(PAGE_SLOTS),
    contents: new Uint32Array(PAGE_SLOTS),
  };
}
