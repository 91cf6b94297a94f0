import { setMaxListeners } from 'node:events';

/** Of an instance until it goes away. Everything that it has under way listens, which Node takes for a leak. */
export function newPresence(): AbortController {
  const presence = new AbortController();
  setMaxListeners(0, presence.signal);
  return presence;
}
