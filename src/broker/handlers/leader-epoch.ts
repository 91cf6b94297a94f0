import { ERRORS, type ErrorCode } from '../wire/errors.ts';

/** The only leader never changes. */
export const LEADER_EPOCH = 0;

/** A client that knows of a later leader has taken this for another cluster; −1 means that it knows of none. */
export function checkLeaderEpoch(epoch: number): ErrorCode {
  return epoch > LEADER_EPOCH ? ERRORS.UNKNOWN_LEADER_EPOCH : ERRORS.NONE;
}
