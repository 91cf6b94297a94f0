import type { JsonPointer } from '../../message/json/pointer.ts';
import type { FindPlace, Placement } from '../../message/placement.ts';
import type { OutcomeRules } from '../../samples/rules/rule.ts';

/**
 * The requests that the HTTP API of a product needs. With such requests, the identity of a message reaches the
 * queue, and qbl recognises an ack.
 */
export interface EndpointPreset {
  /** The envelope: the JSON around the message in the body of a request. Null if the body is only the message. */
  readonly envelope: Envelope | null;
  /** Media type of the whole request. */
  readonly contentType: string;
  /**
   * Headers of each request. If the plan has a header of the same name, the header of the plan is sent. Values are
   * templates.
   */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Where the identity travels, unless the plan says where. If absent, the identity is in the message.
   */
  readonly identity?: Placement;
  /**
   * Where the product puts the identity in a message of the queue. If absent, the identity is where the plan sends
   * it.
   */
  readonly find?: readonly FindPlace[];
  /** False if the product puts no header of a request into the queue. */
  readonly passesHeaders: boolean;
  /** Rules for the outcome of a response. If absent, the default rule decides. */
  readonly outcome?: OutcomeRules;
}

export interface Envelope {
  readonly before: string;
  readonly after: string;
  /** Pointer to the message in the body of the request. */
  readonly message: JsonPointer;
  /** Pointer to a field of the envelope. A body that has this field already has the envelope. */
  readonly mark: JsonPointer;
  /**
   * Pointer to a field that only a body with a second message has. Such a body is refused, because no rule could decide
   * the outcome of the second message.
   */
  readonly second?: JsonPointer;
  /** True if the queue gets the message with its envelope. False if the queue gets only the message. */
  readonly isKept: boolean;
}
