import type { Identity } from '../../message/identity.ts';
import type { Place } from '../../queue/message.ts';
import type { MessageState } from './slots/slot-state.ts';

/** One message of the run, and what is known about it. */
export interface Entry extends Omit<Identity, 'run'>, MessageState {
  /** The position at which the message was first read. Null if it was not read. */
  readonly place: Place | null;
  /** For each further partition with a copy of the message, the position of the first copy there. */
  readonly elsewhere: readonly Place[];
  /** Send time. Null if no copy with a valid checksum was read. */
  readonly sentAtMs: number | null;
  /** Whether the row of the message has the hash of its content. Only messages with a token have such a row. */
  readonly hasContent: boolean;
}
