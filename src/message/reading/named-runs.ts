import { claimAtEndOf } from './claim-at-end.ts';
import { identitiesIn } from './find.ts';
import { withoutPrefix } from './framing.ts';

/** The IDs of the runs whose messages a value contains or mentions. Accepts any bytes and never throws. */
export function namedRuns(value: Buffer): ReadonlySet<string> {
  const text = withoutPrefix(value).toString('utf8');
  const atEnd = claimAtEndOf(text);
  const inside = [...identitiesIn(text)].map(({ claim }) => claim);
  return new Set([...(atEnd === null ? [] : [atEnd]), ...inside].map(({ identity }) => identity.run));
}
