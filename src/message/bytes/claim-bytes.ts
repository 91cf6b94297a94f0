import { type Claim, isIdentity } from '../claim.ts';
import type { Identity } from '../identity.ts';
import { ByteCursor, byteClass } from './byte-cursor.ts';
import type { ChecksumInput } from './checksum-input.ts';
import { RecurringText } from './recurring-text.ts';

/**
 * Length of the end of a value that is searched. It is enough for a run ID of 64 characters, six numbers, the checksum
 * and a few line breaks; qbl never writes more.
 */
export const MAX_TAIL_BYTES = 512;

const OPENING_BRACE = 0x7b;
const BAR = 0x7c;

const RUN_CHARACTERS = byteClass(/[A-Za-z0-9._-]/);
const HEX_DIGITS = byteClass(/[0-9a-f]/);
/** The white space of JSON (RFC 8259). Any other byte after a message is damage. */
const JSON_SPACE = byteClass(/[ \t\n\r]/);

const KEY = Buffer.from('"qbl":');
const RUN = Buffer.from('{"run":"');
const RUN_BYTES = 64;
const GROUP = Buffer.from('","group":');
const THREAD = Buffer.from(',"thread":');
const LOOP = Buffer.from(',"loop":');
const REQUEST = Buffer.from(',"request":');
const SENT_AT = Buffer.from(',"sentAt":"');
const SENT_AT_DIGITS = 16;
const POINT = Buffer.from('.');
const SUM = Buffer.from('","sum":"');
const SUM_BYTES = 32;
const CLOSING = Buffer.from('"}}');

/** Number of values that are part of the checksum's input: the run, four numbers and the time of sending. */
const VALUES = 6;
const SENT_AT_VALUE = 5;
const NOTHING = Buffer.alloc(0);

/**
 * Reads the claim at the end of a message from the bytes, if the claim has exactly the form that `writeMessage` writes.
 * This takes three quarters of the time of a regular expression, because the end of the message does not become a text.
 * One object reads many messages, one after the other, and keeps the claim of the last one.
 */
export class ClaimBytes {
  readonly #cursor = new ByteCursor();
  #value: Buffer = NOTHING;
  #start = 0;
  #identity: Identity = { run: '', group: 0, thread: 0, loop: 0, request: 0 };
  /** Where each value of the claim begins and ends, in the order of the checksum's input. */
  readonly #starts = new Int32Array(VALUES);
  readonly #ends = new Int32Array(VALUES);
  #sumStart = 0;
  #wholeMs = 0;
  #fraction = 0;
  #fractionDigits = 0;
  readonly #run = new RecurringText();

  /** Reads the claim at the end of a value. Returns false if the end has another form. */
  read(value: Buffer): boolean {
    // A claim has only one opening brace, so the last brace of the value begins it.
    const start = value.lastIndexOf(OPENING_BRACE) - KEY.length;
    if (start < Math.max(0, value.length - MAX_TAIL_BYTES)) return false;
    this.#value = value;
    this.#start = start;
    const cursor = this.#cursor;
    cursor.begin(value, start, value.length);
    cursor.skip(KEY);
    cursor.skip(RUN);
    this.#starts[0] = cursor.at;
    cursor.skipRun(RUN_CHARACTERS, 1, RUN_BYTES);
    this.#ends[0] = cursor.at;
    const group = this.#number(1, GROUP, 3);
    const thread = this.#number(2, THREAD, 10);
    const loop = this.#number(3, LOOP, 10);
    const request = this.#number(4, REQUEST, 3);
    this.#time();
    cursor.skip(SUM);
    this.#sumStart = cursor.at;
    cursor.skipRun(HEX_DIGITS, SUM_BYTES, SUM_BYTES);
    cursor.skip(CLOSING);
    cursor.skipRun(JSON_SPACE, 0);
    if (!cursor.isDone) return false;
    const run = this.#run.of(value, this.#starts[0] ?? 0, this.#ends[0] ?? 0);
    const identity = { run, group, thread, loop, request };
    if (!isIdentity(identity)) return false;
    this.#identity = identity;
    return true;
  }

  /** Position in the message where the claim begins. */
  get start(): number {
    return this.#start;
  }

  get identity(): Identity {
    return this.#identity;
  }

  /** The time of sending in epoch milliseconds: exactly the number that the text of the claim stands for. */
  get sentAtMs(): number {
    const scale = 10 ** this.#fractionDigits;
    const digits = this.#wholeMs * scale + this.#fraction;
    // If `digits` and `scale` are exact, the division gives the nearest double. If `digits` is too large to be exact,
    // JavaScript converts the text.
    return digits <= Number.MAX_SAFE_INTEGER ? digits / scale : Number(this.#sentAt);
  }

  /** Whether the claim has this checksum. */
  hasSum(sum: string): boolean {
    const start = this.#sumStart;
    for (let i = 0; i < SUM_BYTES; i++) if (sum.charCodeAt(i) !== this.#value[start + i]) return false;
    return true;
  }

  /** The claim that was read, as texts and numbers. */
  get claim(): Claim {
    const sum = this.#value.toString('latin1', this.#sumStart, this.#sumStart + SUM_BYTES);
    return { identity: this.#identity, sentAt: this.#sentAt, sum };
  }

  /** Adds the part of the checksum's input that follows the fields of the message. */
  addTo(input: ChecksumInput): void {
    for (let i = 0; i < VALUES; i++) {
      input.addByte(BAR);
      input.add(this.#value, this.#starts[i], this.#ends[i]);
    }
  }

  get #sentAt(): string {
    return this.#value.toString('latin1', this.#starts[SENT_AT_VALUE], this.#ends[SENT_AT_VALUE]);
  }

  #number(index: number, before: Buffer, mostDigits: number): number {
    this.#cursor.skip(before);
    this.#starts[index] = this.#cursor.at;
    const value = this.#cursor.number(mostDigits);
    this.#ends[index] = this.#cursor.at;
    return value;
  }

  /** Reads the time of sending, with or without a fraction. */
  #time(): void {
    const cursor = this.#cursor;
    this.#wholeMs = this.#number(SENT_AT_VALUE, SENT_AT, SENT_AT_DIGITS);
    this.#fraction = 0;
    this.#fractionDigits = 0;
    if (this.#value[cursor.at] !== POINT[0]) return;
    cursor.skip(POINT);
    const start = cursor.at;
    this.#fraction = cursor.digits(SENT_AT_DIGITS);
    this.#fractionDigits = cursor.at - start;
    this.#ends[SENT_AT_VALUE] = cursor.at;
  }
}
