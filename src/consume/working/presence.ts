import { setMaxListeners } from 'node:events';

/** Aborts when an instance leaves. Each message in flight listens, so turn off Node's leak warning. */
export function newPresence(): AbortController {
  const presence = new AbortController();
  setMaxListeners(0, presence.signal);
  return presence;
}
