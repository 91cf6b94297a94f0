import type { Identity } from '../../../message/identity.ts';
import type { Content } from '../../../message/reading/content-hash.ts';
import type { Place } from '../../../queue/message.ts';
import { type ContentDifference, MAX_OFFENDERS } from '../../../runs/documents/offender.ts';
import type { Damaged } from '../slots/slot-tokens.ts';
import type { FieldsOf } from './compared-contents.ts';
import { differenceOf } from './content-difference.ts';
import { EarlyContents } from './early-contents.ts';

/** A copy of a message whose content differs from the content in the row of the message. */
export interface DifferingCopy {
  /** The position of the copy. Null if the position was not kept. */
  readonly place: Place | null;
  /** How the content differs. Absent if the content of the copy was not kept. */
  readonly difference?: ContentDifference;
}

/** Compares the content of each copy of a message in the queue with the content in the row of the message, and counts the differences. */
export class ContentCounts {
  /** Number of messages of which the plan compares no content. */
  notCompared = 0;
  /** Number of rows without the hash of a content that the plan compares. */
  hashesMissing = 0;
  /** Number of copies whose content differs from the content in their row. They count as corrupt. */
  differing = 0;
  /**
   * Whether further copies may have other contents than their rows, because too many copies were read before the rows.
   */
  isLeast = false;
  readonly #early = new EarlyContents();
  readonly #fieldsOf: FieldsOf;
  #explained = 0;

  /** @param fieldsOf returns the fields of a message that the plan compares */
  constructor(fieldsOf: FieldsOf = () => []) {
    this.#fieldsOf = fieldsOf;
  }

  /**
   * Adds a row. Returns the copies that were read before and have another content.
   * @param sentHash the first bits of the hash; null if the row has none
   * @param copies the number of these copies, and whether there may be more
   */
  addRow(
    identity: Identity,
    isCompared: boolean,
    sentHash: number | null,
    { damaged: differing, isLeast }: Damaged,
  ): DifferingCopy[] {
    if (!isCompared) this.notCompared++;
    else if (sentHash === null) this.hashesMissing++;
    this.differing += differing;
    this.isLeast ||= isLeast;
    const early = this.#early.take(identity).filter(({ content }) => content.hash !== sentHash);
    return Array.from({ length: differing }, (_, index) => {
      const { content, place = null } = early[index] ?? {};
      return { place, ...this.#explain(identity, content ?? null, sentHash) };
    });
  }

  /**
   * Adds a copy. Returns how the content of the copy differs. Undefined if the content does not differ, or if the
   * difference is not known.
   * @param row what the row of the message says; if it has no `sentAtMs`, the row is not known yet
   */
  addCopy(
    identity: Identity,
    content: Content | null,
    place: Place,
    row: { readonly sentAtMs: number | null; readonly content: number | null; readonly isDamaged: boolean },
  ): ContentDifference | undefined {
    if (row.sentAtMs === null && content !== null) this.#early.add(identity, content, place);
    if (!row.isDamaged) return undefined;
    this.differing++;
    return this.#explain(identity, content, row.content).difference;
  }

  /** Explains how a content differs. The number of explained messages is limited to the number that a verdict lists. */
  #explain(
    identity: Identity,
    content: Content | null,
    sentHash: number | null,
  ): { difference?: ContentDifference } {
    if (content === null || sentHash === null || this.#explained === MAX_OFFENDERS) return {};
    this.#explained++;
    return { difference: differenceOf(content, this.#fieldsOf(identity), sentHash) };
  }
}
