import type { Identity } from '../../message/identity.ts';
import type { Place } from '../../queue/message.ts';
import { hasArrived, isOfOther, type RunScope, unprovenCopy } from './count-entry.ts';
import type { Entry } from './entry.ts';
import type { IdentityTable } from './identity-table.ts';

/** Knows which messages of a run are in the queue, and which other messages the run may have sent. */
export class RunInQueue {
  readonly run: string;
  readonly #table: IdentityTable;
  readonly #scope: RunScope;

  constructor(run: string, table: IdentityTable, scope: RunScope) {
    this.run = run;
    this.#table = table;
    this.#scope = scope;
  }

  /** The messages that arrived in the queue, thread by thread. */
  *messages(): Generator<Identity> {
    for (const thread of this.#table.threads()) {
      for (const entry of thread.forwards()) {
        const unproven = this.#scope.copiesOnly ? unprovenCopy(entry) : null;
        if (hasArrived(entry, unproven) && !isOfOther(entry, this.#scope)) yield identityOf(entry, this.run);
      }
    }
  }

  /** The messages that were read, with the position of their first copy. */
  *sightings(): Generator<{ readonly identity: Identity; readonly place: Place }> {
    for (const thread of this.#table.threads()) {
      for (const entry of thread.forwards()) {
        if (entry.place !== null && !isOfOther(entry, this.#scope))
          yield { identity: identityOf(entry, this.run), place: entry.place };
      }
    }
  }

  wasSeen(identity: Identity): boolean {
    return this.#table.timesSeen(identity) > 0;
  }

  /** Whether the run sent the message, or may have sent it although its row is missing. */
  maySend(identity: Identity): boolean {
    const { ended, isPlanned } = this.#scope;
    const outcome = this.#table.entryOf(identity)?.outcome ?? null;
    return outcome !== null || (!ended && isPlanned(identity));
  }

  /**
   * Time at which a message with a token was sent, in epoch milliseconds. Null if the row of the message is not known.
   */
  tokenSentAtMs(identity: Identity): number | null {
    return this.#table.tokenSentAtMs(identity);
  }
}

export function identityOf({ group, thread, loop, request }: Entry, run: string): Identity {
  return { run, group, thread, loop, request };
}
