import { indexOf, PAGE_SLOTS, pageOf } from './page-size.ts';

/** Maximum number of messages of which copies with different contents are counted until their row is read. */
const MAX_WITH_OTHERS = 2 ** 16;
/**
 * Maximum number of counts for one message. Each count is for one content that differs from the content of the first
 * copy.
 */
const MAX_OTHERS_OF_ONE = 16;
const MAX_BYTE = 2 ** 8 - 1;

/** Copies of a message whose content differs from that of the first copy. */
interface Others {
  /** Number of copies with each content. */
  readonly counts: Map<number, number>;
  /** Number of copies with further contents. `counts` had its maximum size, so these copies are only counted here. */
  further: number;
}

/** The number of copies whose content differs from the content in the row of their message. */
export interface Damaged {
  readonly damaged: number;
  /** Whether more of the copies may be damaged, because not all of them could be kept. */
  readonly isLeast: boolean;
}

/** What the row of a message says about the message. */
export interface TokenSent {
  readonly sentAtMs: number;
  /** The first bits of the hash of the content. Null if the row has no hash. */
  readonly content: number | null;
}

/** What a copy of a message shows. */
export interface TokenSeen {
  /** Arrival time. Null if the queue reports none. */
  readonly arrivedAtMs: number | null;
  /** The first bits of the hash of the content. Null if the plan does not compare contents. */
  readonly content: number | null;
}

/**
 * Pairs the row of each message with its copies, for messages that a token identifies. Such a message carries neither
 * a send time nor a checksum. Rows and copies may come in any order. Needs 14 bytes for each slot.
 */
export class SlotTokens {
  readonly #pages: Page[] = [];
  /** By slot, the copies that differ from the first copy. */
  readonly #others = new Map<number, Others>();
  /**
   * By slot, the number of further copies with the content of the first copy, beyond 255. The byte in the page counts
   * the first 255.
   */
  readonly #moreEquals = new Map<number, number>();

  /**
   * Adds a row. Returns when the first copy arrived, if it was read before the row, and how many copies have other
   * contents than the row.
   */
  addSent(slot: number, { sentAtMs, content }: TokenSent): { arrivedAtMs: number | null } & Damaged {
    const page = this.#page(slot);
    const index = indexOf(slot);
    const flags = page.flags[index] ?? 0;
    const arrivedAtMs = (flags & ARRIVED) === 0 ? null : (page.times[index] ?? 0);
    const damaged = content === null ? NONE_DAMAGED : this.#damagedOf(slot, content);
    this.#others.delete(slot);
    this.#moreEquals.delete(slot);
    page.times[index] = sentAtMs;
    page.contents[index] = content ?? 0;
    page.flags[index] = SENT | (content === null ? 0 : SENT_CONTENT);
    return { arrivedAtMs, ...damaged };
  }

  /** Counts the copies that were read before their row, and whose content is not the one whose hash is in the row. */
  #damagedOf(slot: number, content: number): Damaged {
    const page = this.#page(slot);
    const index = indexOf(slot);
    const flags = page.flags[index] ?? 0;
    if ((flags & SEEN_CONTENT) === 0) return NONE_DAMAGED;
    const first = page.contents[index];
    const equalToFirst = 1 + (page.equals[index] ?? 0) + (this.#moreEquals.get(slot) ?? 0);
    const ofFirst = first === content ? 0 : equalToFirst;
    if ((flags & SEEN_OTHERS) === 0) return { damaged: ofFirst, isLeast: false };
    const others = this.#others.get(slot);
    // The other contents were not kept. But of two copies with different contents, at least one is damaged.
    if (others === undefined) return { damaged: Math.max(ofFirst, 1), isLeast: true };
    const { counts, further } = others;
    const ofOthers = [...counts].reduce((sum, [each, count]) => sum + (each === content ? 0 : count), 0);
    const isCounted = first === content || counts.has(content);
    return {
      damaged: ofFirst + ofOthers + (isCounted ? further : 0),
      isLeast: !isCounted && further > 0,
    };
  }

  /**
   * Adds a copy. If the row of the message is known, returns its send time and its hash. Also returns whether the
   * content of the copy differs from the content that was sent.
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
    page.flags[index] = flags | (arrivedAtMs === null ? 0 : ARRIVED);
    if (content !== null) this.#addContent(slot, content);
    return { sentAtMs: null, content: null, isDamaged: false };
  }

  /** Whether the row of the message is known and has the hash of its content. */
  hasContent(slot: number): boolean {
    return ((this.#pages[pageOf(slot)]?.flags[indexOf(slot)] ?? 0) & SENT_CONTENT) !== 0;
  }

  /** When the message was sent, in epoch milliseconds. Null if the row of the message is not known. */
  sentAtMs(slot: number): number | null {
    const page = this.#page(slot);
    const index = indexOf(slot);
    return ((page.flags[index] ?? 0) & SENT) === 0 ? null : (page.times[index] ?? 0);
  }

  #addContent(slot: number, content: number): void {
    const page = this.#page(slot);
    const index = indexOf(slot);
    const flags = page.flags[index] ?? 0;
    if ((flags & SEEN_CONTENT) === 0) {
      page.contents[index] = content;
      page.flags[index] = flags | SEEN_CONTENT;
    } else if (page.contents[index] === content) {
      const equals = page.equals[index] ?? 0;
      if (equals < MAX_BYTE) page.equals[index] = equals + 1;
      else this.#moreEquals.set(slot, (this.#moreEquals.get(slot) ?? 0) + 1);
    } else {
      page.flags[index] = flags | SEEN_OTHERS;
      this.#keepOther(slot, content);
    }
  }

  #keepOther(slot: number, content: number): void {
    const others = this.#others.get(slot) ?? { counts: new Map<number, number>(), further: 0 };
    if (!this.#others.has(slot) && this.#others.size >= MAX_WITH_OTHERS) return;
    this.#others.set(slot, others);
    const known = others.counts.get(content) ?? 0;
    if (known > 0 || others.counts.size < MAX_OTHERS_OF_ONE) others.counts.set(content, known + 1);
    else others.further++;
  }

  #page(slot: number): Page {
    const number = pageOf(slot);
    const page = this.#pages[number] ?? newPage();
    this.#pages[number] = page;
    return page;
  }
}

const NONE_DAMAGED: Damaged = { damaged: 0, isLeast: false };

const SENT = 1;
const SENT_CONTENT = 2;
const ARRIVED = 4;
const SEEN_CONTENT = 8;
const SEEN_OTHERS = 16;

interface Page {
  readonly flags: Uint8Array;
  readonly times: Float64Array;
  readonly contents: Uint32Array;
  /** Number of further copies with the same content as the first. */
  readonly equals: Uint8Array;
}

function newPage(): Page {
  return {
    flags: new Uint8Array(PAGE_SLOTS),
    times: new Float64Array(PAGE_SLOTS),
    contents: new Uint32Array(PAGE_SLOTS),
    equals: new Uint8Array(PAGE_SLOTS),
  };
}
