import { plural } from '../../plural.ts';
import type { Conclusion } from '../counting/conclusion.ts';
import { type GatheredRun, isIdentified } from '../gathering/gathered.ts';

/**
 * Returns why messages may be in the queue although no identity can be read. Null if nothing shows that. Base64, Avro
 * and compression hide the identity of every message. So if one message was found, they are not the cause.
 * @param nameless number of messages without a readable identity that arrived during the run
 */
export function unidentifiedOf(run: GatheredRun, { counts }: Conclusion, nameless: number): string | null {
  if (!isIdentified(run) || counts.acked === 0 || counts.received > 0 || nameless === 0) return null;
  const came = `${plural(nameless, 'message')} without a readable identity`;
  return `no message of ${run.run} was found, but ${came} arrived during the run: the proxy may encode the body (Base64, Avro, compression) or drop the key "qbl"`;
}
