import type { BodyTemplates } from '../../message/body-template.ts';
import type { Identity } from '../../message/identity.ts';
import { claimOf, type ReceivedCondition } from '../../message/reading/claim-of.ts';
import { type Received, readToken, type TokenRun } from '../../message/reading/token-reader.ts';

/** What a service can read from a received message. */
export interface ReceivedMessage {
  /** Identity of the message. Null if the message has none. */
  readonly identity: Identity | null;
  /**
   * The time of sending, in epoch milliseconds. Null if no checksum proves this time, as in a message with a token.
   */
  readonly sentAtMs: number | null;
  readonly condition: ReceivedCondition;
}

/** The data with which the service recognises the messages of its run. */
export interface RunMessages {
  /** The tokens of the run. Empty before the sender has written run.json, and for a run without tokens. */
  readonly tokens: readonly TokenRun[];
  /** The bodies of the plan, by run ID. Empty if the service belongs to no run. */
  readonly bodies: ReadonlyMap<string, BodyTemplates>;
}

/** How the messages of a run are recognised. This changes when the sender starts, or starts again. */
export interface MessageSource {
  /** Returns what was known a moment ago. It is cheap enough for every message. */
  readonly recent: () => RunMessages;
  /** Looks at the files of the run. Returns the same object as before if the files have not changed. */
  readonly latest: () => RunMessages;
}

/**
 * Reads what a message says about itself. If the message is not recognised, the sender may just have started, so this
 * function looks at the files of the run.
 * @throws QblError 'usage' if the files of the run cannot be read
 */
export function receivedOf(message: Received, { recent, latest }: MessageSource): ReceivedMessage {
  const known = recent();
  const received = receivedAs(message, known);
  if (received.identity !== null && known.bodies.has(received.identity.run)) return received;
  const now = latest();
  return now === known ? received : receivedAs(message, now);
}

function receivedAs(message: Received, { tokens, bodies }: RunMessages): ReceivedMessage {
  const { claim, condition } = claimOf(message.value, bodies);
  if (claim !== null) {
    const sentAtMs = condition === 'intact' ? Number(claim.sentAt) : null;
    return { identity: claim.identity, sentAtMs, condition };
  }
  const token = readToken(message, tokens);
  if (token === null) return { identity: null, sentAtMs: null, condition };
  return { identity: token.identity, sentAtMs: null, condition: token.isDamaged ? 'unproven' : 'intact' };
}
