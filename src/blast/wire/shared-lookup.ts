import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

type Answer = Parameters<LookupFunction>[2];

/** The connections that wait for each look-up. */
const waiting = new Map<string, Answer[]>();

/**
 * Finds the addresses of a host name. Connections that open at the same time share one look-up. Node runs only two
 * look-ups at a time, so the threads would otherwise wait for each other, and this time would look like time of the
 * server. No answer is kept, so that a connection finds the addresses that are valid now.
 */
export const sharedLookup: LookupFunction = (hostname, options, answer) => {
  const key = JSON.stringify([hostname, options]);
  const others = waiting.get(key);
  if (others !== undefined) {
    others.push(answer);
    return;
  }
  const all = [answer];
  waiting.set(key, all);
  lookup(hostname, options, (error, addresses, family) => {
    waiting.delete(key);
    for (const each of all) each(error, addresses, family);
  });
};
