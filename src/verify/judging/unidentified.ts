import { findPlaceText } from '../../message/placement.ts';
import { findPlacesOf, usesTokens } from '../../plan/placements.ts';
import { plural } from '../../plural.ts';
import { printable } from '../../printable.ts';
import type { Delivery } from '../../queue/reader.ts';
import type { Conclusion } from '../counting/conclusion.ts';
import { type GatheredRun, isIdentified } from '../gathering/gathered.ts';

/** Messages without a readable identity that may have arrived during a run. */
export interface Nameless {
  readonly count: number;
  /** One of the messages without a readable identity. Null if there are no such messages. */
  readonly example: Delivery | null;
}

/**
 * Returns why messages of the run may be in the queue although qbl could read no identity. Base64, Avro and
 * compression, for example, hide the identity of every message. So the result is null if qbl identified even one
 * message of the run.
 */
export function unidentifiedOf(run: GatheredRun, { counts }: Conclusion, nameless: Nameless): string | null {
  if (!isIdentified(run) || counts.acked === 0 || counts.received > 0 || nameless.count === 0) return null;
  const { plan } = run;
  const none = `no message of ${run.run} was found, but`;
  if (plan === null || !usesTokens(plan))
    return `${none} ${plural(nameless.count, 'message')} that qbl cannot identify may have arrived during the run: the proxy may encode the body (Base64, Avro, compression), put other text around it, or drop the key "qbl"`;
  const places = findPlacesOf(plan).map(findPlaceText).join(', ');
  const shown = nameless.example === null ? '' : `. One of them: ${exampleText(nameless.example)}`;
  return `${none} ${plural(nameless.count, 'other message')} may have arrived during the run. qbl looked for the identity in ${places}${shown}`;
}

const MAX_PART_BYTES = 200;
const MAX_HEADERS = 10;

function exampleText({ key, headers, value }: Delivery): string {
  const names = (headers?.() ?? []).slice(0, MAX_HEADERS).map(({ name }) => printable(name, 40));
  return [
    `key ${key ? shownPart(key) : 'none'}`,
    `headers ${names.length === 0 ? 'none' : names.join(', ')}`,
    `value ${value === null ? 'none' : shownPart(value)}`,
  ].join('; ');
}

function shownPart(bytes: Buffer): string {
  return printable(bytes.toString('utf8', 0, MAX_PART_BYTES), MAX_PART_BYTES);
}
