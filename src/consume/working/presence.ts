import { setMaxListeners } from 'node:events';

/**
 * Creates a controller that aborts when an instance leaves. Every message in flight listens to the controller's
 * signal, so Node's warning about many listeners is turned off.
 */
export function newPresence(): AbortController {
  const presence = new AbortController();
  setMaxListeners(0, presence.signal);
  return presence;
}
