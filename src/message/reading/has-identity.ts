import { claimAtEnd } from './claim-at-end.ts';
import { findIdentity } from './find.ts';
import { withoutPrefix } from './framing.ts';

/** Whether a value contains the identity of a message, of any run. Accepts any bytes and never throws. */
export function hasIdentity(value: Buffer): boolean {
  const json = withoutPrefix(value);
  return claimAtEnd(json) !== null || findIdentity(json.toString('utf8')) !== null;
}
