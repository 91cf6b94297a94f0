import type { ChildMessage, ParentMessage } from './messages.ts';
import { takePrivateArguments } from './private-arguments.ts';

/** The connection of this process to the `qbl run` that started it. */
export interface Parent {
  /** Arguments from the parent that are not on the command line. */
  readonly arguments: readonly string[];
  /** True while the parent tells this process when to stop. */
  readonly leads: boolean;
  tell(message: ChildMessage): void;
  /**
   * Sets the function that is called when the parent asks this process to stop, or when the parent ended without
   * asking.
   */
  onStop(handler: () => void): void;
  /**
   * Sets the function that is called before the handler of onStop if the parent ended without asking this process to
   * stop. The function must do the clean-up that the parent would have done.
   */
  onGone(handler: () => void): void;
  /** Lets this process end although the channel to the parent is open. */
  release(): void;
}

/**
 * Connects to the parent process. Returns null if a user started this process, or if another program opened the IPC
 * channel.
 */
export function connectParent(env: NodeJS.ProcessEnv): Parent | null {
  if (process.send === undefined || env[CHILD_MARK] !== '1') return null;
  let unsent = 0;
  let releasing = false;
  let tidyUp = () => {};
  const disconnect = () => process.connected && process.disconnect();
  const tell = (message: ChildMessage) => {
    if (!process.connected) return;
    unsent++;
    process.send?.(message, undefined, undefined, () => {
      unsent--;
      // Closes the channel only after the last message was sent.
      if (releasing && unsent === 0) disconnect();
    });
  };
  return {
    arguments: takePrivateArguments(env),
    get leads() {
      return process.connected;
    },
    tell,
    onStop: (handler) => {
      // If the parent has ended, no one needs a result. So stop at once, as after a second request to stop.
      const stopAtOnce = () => {
        // The channel is also closed when this process releases it after its work. In that case, the parent
        // still runs.
        if (releasing) return;
        tidyUp();
        handler();
        handler();
      };
      process.on('message', ({ type }: ParentMessage) => {
        if (type === 'stop') handler();
        if (type === 'stay') process.off('disconnect', stopAtOnce);
      });
      process.on('disconnect', stopAtOnce);
      // If the parent ended before this handler was added, there is no `disconnect` event. So the process stops at
      // once.
      if (!process.connected) setImmediate(stopAtOnce);
    },
    onGone: (handler) => {
      tidyUp = handler;
    },
    release: () => {
      releasing = true;
      if (unsent === 0) disconnect();
    },
  };
}

/** An environment variable that only processes started by `qbl run` have. */
export const CHILD_MARK = 'QBL_CHILD';
