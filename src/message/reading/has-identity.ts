import { claimAtEnd } from './claim-at-end.ts';
import { findIdentity } from './find.ts';
import { withoutPrefix } from './framing.ts';

/** Whether a value carries the identity of a message, of whichever run. Never throws, whatever the bytes are. */
export function hasIdentity(value: Buffer): boolean {
  const json = withoutPrefix(value);
  return claimAtEnd(json) !== null || findIdentity(json.toString('utf8')) !== null;
}
