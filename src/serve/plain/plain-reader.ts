import { keepBytes } from '../../http/body-buffer.ts';
import type { Gatekeeper } from '../access/gatekeeper.ts';
import type { HeadFacts, Ingest } from '../ingest/ingest.ts';
import { plainHead } from './plain-head.ts';

export interface PlainRequest {
  readonly kind: 'request';
  readonly facts: HeadFacts;
  readonly body: Buffer;
  /** Position of the next request in the bytes. */
  readonly end: number;
}

/** What the reader finds at a position in the bytes of a connection. */
export type Found =
  | PlainRequest
  /** The rest of the request has not arrived yet. */
  | { readonly kind: 'incomplete' }
  /** Node's parser must read the request: it is not plain, not allowed, or there is no memory for it. */
  | { readonly kind: 'unusual' };

/** Facts about a head that was read before. They are used again if a head has the same bytes. */
interface KnownHead {
  readonly facts: HeadFacts;
  readonly bodyBytes: number;
}

const INCOMPLETE: Found = { kind: 'incomplete' };
const UNUSUAL: Found = { kind: 'unusual' };
const HEAD_END = Buffer.from('\r\n\r\n');
/** Maximum size of a head. Node's parser reads longer heads. */
const MAX_HEAD_BYTES = 4_096;
/**
 * Maximum number of heads that are stored. A client sends the same head again and again, except for its
 * Content-Length.
 */
const MAX_KNOWN_HEADS = 512;

/** Finds plain requests in the bytes of a connection. */
export class PlainReader {
  readonly #ingest: Ingest;
  readonly #refusalOf: Gatekeeper;
  /** The heads of requests that passed all checks lately. The key is the text of the head. */
  readonly #known = new Map<string, KnownHead>();

  constructor(ingest: Ingest, refusalOf: Gatekeeper) {
    this.#ingest = ingest;
    this.#refusalOf = refusalOf;
  }

  /** Reads the request that starts at `from`. The bytes of a whole request are taken from the memory budget. */
  read(bytes: Buffer, from: number): Found {
    const headEnd = bytes.indexOf(HEAD_END, from);
    if ((headEnd < 0 ? bytes.length : headEnd) - from > MAX_HEAD_BYTES) return UNUSUAL;
    if (headEnd < 0) return INCOMPLETE;
    const head = this.#headOf(bytes.toString('latin1', from, headEnd + 2));
    if (head === null) return UNUSUAL;
    const { facts, bodyBytes } = head;
    if (bodyBytes > this.#ingest.maxBodyBytes(facts)) return UNUSUAL;
    const bodyFrom = headEnd + HEAD_END.length;
    const end = bodyFrom + bodyBytes;
    if (end > bytes.length) return INCOMPLETE;
    if (!this.#ingest.reserve(facts, bodyBytes)) return UNUSUAL;
    return { kind: 'request', facts, body: keepBytes(bytes.subarray(bodyFrom, end)), end };
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
