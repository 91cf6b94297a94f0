import type { Identity } from '../../message/identity.ts';
import { MAX_TRACED_BODY_BYTES } from '../../runs/rows/trace.ts';

/** Decides whether an exchange may be traced, which it costs to keep what came. */
export interface CaptureRule {
  wants(failure: boolean): boolean;
}

/** What an exchange sent and got, as far as it is kept. */
export interface Captured {
  readonly identity: Identity;
  readonly requestBody: Buffer | null;
  /** 0: no head of a response came. */
  readonly status: number;
  readonly statusText: string;
  /** Names and values in turn. */
  readonly responseHeaders: readonly Buffer[];
  readonly responseBody: Buffer;
  /** Of the whole body, also of what is not kept. */
  readonly responseBodyBytes: number;
}

/** The beginning of a body. */
export class BodyCapture {
  readonly #chunks: Buffer[] = [];
  #length = 0;

  add(chunk: Buffer): void {
    const left = MAX_TRACED_BODY_BYTES - this.#length;
    if (left <= 0) return;
    // A copy: a piece would keep the socket's whole buffer in memory.
    const kept = Buffer.from(chunk.subarray(0, left));
    this.#chunks.push(kept);
    this.#length += kept.length;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

/** Whether a status alone makes a sample one of a trace's failures. */
export function isFailureStatus(status: number): boolean {
  return status < 200 || status > 299;
}
