import { ERRORS, type ErrorCode } from '../wire/errors.ts';

/** Always 0: the only broker is always the leader. */
export const LEADER_EPOCH = 0;

/** A client with a larger epoch last talked to another cluster. −1 means that it knows no epoch. */
export function checkLeaderEpoch(epoch: number): ErrorCode {
  return epoch > LEADER_EPOCH ? ERRORS.UNKNOWN_LEADER_EPOCH : ERRORS.NONE;
}
