import type { JsonPointer } from '../../message/json/pointer.ts';
import type { FindPlace, Placement } from '../../message/placement.ts';
import type { OutcomeRules } from '../../samples/rules/rule.ts';

/** What the HTTP API of a product needs, so that the identity survives and an ack is recognised. */
export interface EndpointPreset {
  /** What is written around the message. Null if the body is the message. */
  readonly envelope: Envelope | null;
  /** Media type of the whole request. */
  readonly contentType: string;
  /** Headers of each request, unless the plan has them. Values are templates. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where the identity travels if the plan does not say so. If absent, it is in the message. */
  readonly identity?: Placement;
  /** Where the product puts that identity. If absent, `verify` finds it where it was sent. */
  readonly find?: readonly FindPlace[];
  /** False if no header of a request can come out of the queue. */
  readonly passesHeaders: boolean;
  /** The default rule decides if absent. */
  readonly outcome?: OutcomeRules;
}

export interface Envelope {
  readonly before: string;
  readonly after: string;
  /** The message in the body of the request. */
  readonly message: JsonPointer;
  /** A body that has this field is in the envelope already. */
  readonly mark: JsonPointer;
  /** A body with this field has a second message, whose outcome no rule would see. */
  readonly second?: JsonPointer;
  /** True if the queue gets the envelope too, and not only the message. */
  readonly isKept: boolean;
}
