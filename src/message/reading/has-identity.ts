import { claimAtEnd } from './claim-at-end.ts';
import { findIdentity } from './find.ts';
import { withoutPrefix } from './framing.ts';

/** Whether a value carries the identity of a message, of any run. Never throws for any bytes. */
export function hasIdentity(value: Buffer): boolean {
  const json = withoutPrefix(value);
  return claimAtEnd(json) !== null || findIdentity(json.toString('utf8')) !== null;
}
