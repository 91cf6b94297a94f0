import type { Identity } from '../../message/identity.ts';
import type { Headers } from '../wire/response-listener.ts';

/** Decides whether to trace a request. Tracing costs memory, because the response is kept. */
export interface CaptureRule {
  wants(failure: boolean): boolean;
}

/** The parts of a request and its response that are kept for the trace. */
export interface Captured {
  readonly identity: Identity;
  readonly requestBody: Buffer | null;
  /** Status of the response. 0 if the head of the response did not arrive. */
  readonly status: number;
  readonly statusText: string;
  readonly responseHeaders: Headers;
  readonly responseBody: Buffer;
  /** Length of the whole body, including the part that is not kept. */
  readonly responseBodyBytes: number;
}

/** Keeps the beginning of a response's body. */
export class BodyCapture {
  readonly #limitBytes: number;
  readonly #chunks: Buffer[] = [];
  #length = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  add(chunk: Buffer): void {
    const left = this.#limitBytes - this.#length;
    if (left <= 0) return;
    // Keeps a copy, because a slice would keep the socket's whole buffer in memory.
    const kept = Buffer.from(chunk.subarray(0, left));
    this.#chunks.push(kept);
    this.#length += kept.length;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

/** Returns true if a response with this status counts as a failure in a trace, whatever its body is. */
export function isFailureStatus(status: number): boolean {
  return status < 200 || status > 299;
}
