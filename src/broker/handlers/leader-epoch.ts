import { ERRORS, type ErrorCode } from '../wire/errors.ts';

/** The only broker is always the leader of each partition, so the leader epoch is always 0. */
export const LEADER_EPOCH = 0;

/**
 * Returns an error if the client knows a larger leader epoch than this broker. The client can have such an epoch only
 * from another cluster. −1 means that the client knows no epoch.
 */
export function checkLeaderEpoch(epoch: number): ErrorCode {
  return epoch > LEADER_EPOCH ? ERRORS.UNKNOWN_LEADER_EPOCH : ERRORS.NONE;
}
