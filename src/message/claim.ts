import { type Identity, MAX_INDEX, MAX_PER_PLAN } from './identity.ts';
import { type Json, JsonObject } from './json/json.ts';

/** The value under the reserved key: the identity of the message, its send time, and the checksum. */
export interface Claim {
  readonly identity: Identity;
  /**
   * Epoch milliseconds, with or without a fraction. It is a string, because a proxy may write a number with fewer
   * digits.
   */
  readonly sentAt: string;
  readonly sum: string;
}

export const CLAIM_NAMES = ['run', 'group', 'thread', 'loop', 'request', 'sentAt', 'sum'] as const;

/**
 * Reads a claim. Returns null if a field of the claim is missing or repeated, or has a value that qbl never writes.
 */
export function parseClaim(value: Json | undefined): Claim | null {
  if (!(value instanceof JsonObject)) return null;
  const [run, group, thread, loop, request, sentAt, sum] = CLAIM_NAMES.map((name) => only(value.all(name)));
  const identity = { run, group, thread, loop, request };
  if (!isIdentity(identity) || !isSentAt(sentAt) || sum === undefined) return null;
  return { identity, sentAt, sum: String(sum) };
}

function only(values: readonly Json[]): Json | undefined {
  return values.length === 1 ? values[0] : undefined;
}

export function isClaimValue(name: (typeof CLAIM_NAMES)[number], value: Json): boolean {
  if (name === 'run') return typeof value === 'string';
  if (name === 'sentAt') return isSentAt(value);
  if (name === 'sum') return true;
  return isIndex(value, name === 'thread' || name === 'loop' ? MAX_INDEX : MAX_PER_PLAN + 1);
}

const SENT_AT = /^(?:0|[1-9]\d{0,15})(?:\.\d{1,16})?$/;

function isSentAt(value: unknown): value is string {
  return typeof value === 'string' && SENT_AT.test(value);
}

const WRITTEN =
  /"qbl":\{"run":"([A-Za-z0-9._-]{1,64})","group":([1-9]\d{0,2}),"thread":([1-9]\d{0,9}),"loop":([1-9]\d{0,9}),"request":([1-9]\d{0,2}),"sentAt":"((?:0|[1-9]\d{0,15})(?:\.\d{1,16})?)","sum":"([0-9a-f]{32})"\}\}\s*$/;

/** Reads the claim at the end of a text, in the form that `writeMessage` writes. Returns null for any other form. */
export function claimAsWritten(tail: string): Claim | null {
  const match = WRITTEN.exec(tail);
  if (match === null) return null;
  const [, run = '', group, thread, loop, request, sentAt = '', sum = ''] = match;
  const identity = {
    run,
    group: Number(group),
    thread: Number(thread),
    loop: Number(loop),
    request: Number(request),
  };
  return isIdentity(identity) ? { identity, sentAt, sum } : null;
}

/** True if each value of the identity is in the range that a plan allows. */
export function isIdentity(identity: { readonly [K in keyof Identity]: unknown }): identity is Identity {
  const { run, group, thread, loop, request } = identity;
  // Accepts any text as a run ID, because damage can turn a valid run ID into an invalid one.
  if (typeof run !== 'string') return false;
  if (!isIndex(thread, MAX_INDEX) || !isIndex(loop, MAX_INDEX)) return false;
  return isIndex(group, MAX_PER_PLAN + 1) && isIndex(request, MAX_PER_PLAN + 1);
}

function isIndex(value: unknown, end: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value < end;
}
