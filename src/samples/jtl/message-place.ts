import type { Identity } from '../../message/identity.ts';

/** The identity of a message without its run. */
export type MessagePlace = Omit<Identity, 'run'>;

/** What the column for places says about the message of a row. */
export interface PlacedMessage {
  readonly place: MessagePlace;
  /** Whether JMeter followed a redirect, so that the row does not show how the endpoint answered the message. */
  readonly isRedirected: boolean;
}

/**
 * Reads the place of a message in a test plan that JMeter runs unchanged: the numbers of the thread group, of the thread,
 * and of the message in its thread. The loops of such a plan can be nested, so the messages of a thread are counted
 * instead. Null if the text is not a place.
 */
export function parsePlacedMessage(text: string): PlacedMessage | null {
  const [, group, thread, loop, redirected] = PLACE.exec(text) ?? [];
  const numbers = { group: Number(group), thread: Number(thread), loop: Number(loop) };
  if (loop === undefined || Object.values(numbers).includes(0)) return null;
  return { place: { ...numbers, request: 1 }, isRedirected: redirected !== undefined };
}

const PLACE = /^(\d{1,3})-(\d{1,6})-(\d{1,10})(-redirected)?$/;
