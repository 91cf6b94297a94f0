import { setMaxListeners } from 'node:events';

/**
 * Creates a controller that aborts when an instance leaves. Each message in flight listens to the signal of the
 * controller, so Node's warning about many listeners is turned off.
 */
export function newPresence(): AbortController {
  const presence = new AbortController();
  setMaxListeners(0, presence.signal);
  return presence;
}
