import { hash } from 'node:crypto';
import { type Identity, MAX_PER_PLAN } from '../identity.ts';

/**
 * The token of a message: its identity in 128 bits, written as a UUID of version 8 (RFC 9562, section 5.8). From the
 * left: the tag of the execution (32 bits), thread (17), the upper part of the loop (11), group (7), request (7), the
 * lower part of the loop (19), and the check bits (29). Version and variant take the other 6 bits.
 */
export const MAX_TOKEN_THREADS = 2 ** 17 - 1;
export const MAX_TOKEN_LOOPS = 2 ** 30 - 1;

const LOOP_LOW = 2 ** 19;
const LOOP_HIGH = 2 ** 11;
const CHECKS = 2 ** 29;
const REQUESTS = 2 ** 7;
const TAG_DIGITS = 8;

/** One execution of a plan. Two executions can have the same run ID, but they began at different times. */
export interface Execution {
  readonly run: string;
  readonly startedAtMs: number;
}

/**
 * A token that was found. `isDamaged` means that one digit of the token is wrong, and that only one identity
 * explains the token.
 */
export interface TokenFound {
  readonly identity: Identity;
  readonly isDamaged: boolean;
}

/** Writes and reads the tokens of one execution. */
export class TokenCodec {
  readonly #execution: string;
  readonly #run: string;
  readonly #tag: string;

  constructor({ run, startedAtMs }: Execution) {
    this.#run = run;
    this.#execution = `${run}|${startedAtMs}`;
    this.#tag = hash('md5', this.#execution).slice(0, TAG_DIGITS);
  }

  /** The 32 hexadecimal digits of a message's token. They are also a valid trace ID (W3C Trace Context). */
  digitsOf({ group, thread, loop, request }: Omit<Identity, 'run'>): string {
    const high = Math.floor(loop / LOOP_LOW);
    const first = hex(thread * LOOP_HIGH + high, 7);
    const second = hex(2 ** 15 + group * REQUESTS + request, 4);
    const third = hex((loop % LOOP_LOW) * CHECKS + this.#checkOf(group, thread, loop, request), 12);
    return `${this.#tag}${first.slice(0, 4)}8${first.slice(4)}${second}${third}`;
  }

  /**
   * Reads an undamaged token. Null if the digits are not an undamaged token of this execution.
   * @param digits 32 lower-case hexadecimal digits
   */
  read(digits: string): TokenFound | null {
    const identity = this.#exactly(digits);
    return identity === null ? null : { identity, isDamaged: false };
  }

  /**
   * Reads a token in which one digit is wrong. Null if the digits are not such a token. The search computes several
   * hundred hashes.
   */
  repair(digits: string): TokenFound | null {
    for (let at = 0; at < digits.length; at++) {
      for (const digit of '0123456789abcdef') {
        const repaired = this.#exactly(`${digits.slice(0, at)}${digit}${digits.slice(at + 1)}`);
        if (repaired !== null) return { identity: repaired, isDamaged: true };
      }
    }
    return null;
  }

  #exactly(digits: string): Identity | null {
    if (!digits.startsWith(this.#tag) || digits[12] !== '8') return null;
    const first = parseInt(digits.slice(8, 12) + digits.slice(13, 16), 16);
    const second = parseInt(digits.slice(16, 20), 16) - 2 ** 15;
    const third = parseInt(digits.slice(20), 16);
    const thread = Math.floor(first / LOOP_HIGH);
    const loop = (first % LOOP_HIGH) * LOOP_LOW + Math.floor(third / CHECKS);
    const [group, request] = [Math.floor(second / REQUESTS), second % REQUESTS];
    if (thread < 1 || loop < 1 || !isPlace(group) || !isPlace(request)) return null;
    if (third % CHECKS !== this.#checkOf(group, thread, loop, request)) return null;
    return { run: this.#run, group, thread, loop, request };
  }

  /**
   * Returns true if the digits can be a damaged token of this execution: in the first digits, which all tokens of an
   * execution share (the tag), at most one digit is wrong. Looking for the damaged digit is slow, so this fast check
   * leaves out the tokens of other executions.
   */
  mayBeDamaged(digits: string): boolean {
    let wrong = 0;
    for (let at = 0; at < TAG_DIGITS; at++) if (digits[at] !== this.#tag[at]) wrong++;
    return wrong <= 1;
  }

  #checkOf(group: number, thread: number, loop: number, request: number): number {
    const sum = hash('md5', `${this.#execution}|${group}|${thread}|${loop}|${request}`);
    return parseInt(sum.slice(0, 8), 16) >>> 3;
  }
}

function isPlace(number: number): boolean {
  return number >= 1 && number <= MAX_PER_PLAN;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
