import { plural } from '../../plural.ts';
import type { Conclusion } from '../counting/tally.ts';
import { carriesIdentity, type GatheredRun } from '../gathering/gathered.ts';

/**
 * Why what is missing of a run may be there and not be readable; null: nothing tells so. Base64, Avro or compression
 * hide every identity alike: where one message was found, the others are readable too.
 * @param nameless messages without a readable identity that came in the time of the run
 */
export function unidentifiedOf(run: GatheredRun, { counts }: Conclusion, nameless: number): string | null {
  if (!carriesIdentity(run) || counts.acked === 0 || counts.received > 0 || nameless === 0) return null;
  const came = `${plural(nameless, 'message')} without a readable identity`;
  return `nothing of ${run.run} was found, and ${came} came in its time: the proxy may encode the body (Base64, Avro, compression) or drop the key qbl`;
}
