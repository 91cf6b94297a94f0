import { keepBytes } from '../../http/body-buffer.ts';
import type { Gatekeeper } from '../access/gatekeeper.ts';
import type { HeadFacts, Ingest } from '../ingest/ingest.ts';
import { plainHead } from './plain-head.ts';

/** A whole request within the bytes of one read of a connection. */
export interface PlainRequest {
  readonly facts: HeadFacts;
  readonly body: Buffer;
  /** Where the next request starts. */
  readonly end: number;
}

/** What a head says. The same bytes always say the same. */
interface KnownHead {
  readonly facts: HeadFacts;
  readonly bodyBytes: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');
/** Longer heads are left to Node's parser. */
const MAX_HEAD_BYTES = 4_096;
/** A client sends the same head again and again. Only its Content-Length changes, if at all. */
const MAX_KNOWN_HEADS = 512;

/** Finds plain requests in the bytes of a connection. */
export class PlainReader {
  readonly #ingest: Ingest;
  readonly #refusalOf: Gatekeeper;
  /** The heads of the last requests that were allowed, by their text. */
  readonly #known = new Map<string, KnownHead>();

  constructor(ingest: Ingest, refusalOf: Gatekeeper) {
    this.#ingest = ingest;
    this.#refusalOf = refusalOf;
  }

  /**
   * Returns the request that starts at `from`. Its bytes are taken from the memory budget. Null if the request is not
   * plain, not complete, not allowed, or if there is no memory for it. Then Node's parser must read these bytes.
   */
  read(bytes: Buffer, from: number): PlainRequest | null {
    const headEnd = bytes.indexOf(HEAD_END, from);
    if (headEnd < 0 || headEnd - from > MAX_HEAD_BYTES) return null;
    const head = this.#headOf(bytes.toString('latin1', from, headEnd + 2));
    if (head === null) return null;
    const { facts, bodyBytes } = head;
    const bodyFrom = headEnd + HEAD_END.length;
    const end = bodyFrom + bodyBytes;
    if (end > bytes.length || bodyBytes > this.#ingest.maxBodyBytes(facts)) return null;
    if (!this.#ingest.reserve(facts, bodyBytes)) return null;
    return { facts, body: keepBytes(bytes.subarray(bodyFrom, end)), end };
  }

  #headOf(text: string): KnownHead | null {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const head = plainHead(text);
    if (head === null || this.#refusalOf(head) !== null) return null;
    const facts = this.#ingest.factsOf(head);
    if (this.#ingest.refusalOf(head, facts) !== null) return null;
    if (this.#known.size === MAX_KNOWN_HEADS) this.#known.clear();
    const kept = { facts, bodyBytes: head.bodyBytes };
    this.#known.set(text, kept);
    return kept;
  }
}
