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
  readonly tokens: () => readonly TokenRun[];
  /** The bodies of the plan, by run ID. Empty if the service belongs to no run. */
  readonly bodies: ReadonlyMap<string, BodyTemplates>;
}

export function receivedOf(message: Received, { tokens, bodies }: RunMessages): ReceivedMessage {
  const { claim, condition } = claimOf(message.value, bodies);
  if (claim !== null) {
    const sentAtMs = condition === 'intact' ? Number(claim.sentAt) : null;
    return { identity: claim.identity, sentAtMs, condition };
  }
  const token = readToken(message, tokens());
  if (token === null) return { identity: null, sentAtMs: null, condition };
  return { identity: token.identity, sentAtMs: null, condition: token.isDamaged ? 'unproven' : 'intact' };
}
