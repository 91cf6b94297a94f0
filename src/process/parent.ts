import type { ChildMessage, ParentMessage } from './messages.ts';
import { takePrivateArguments } from './private-arguments.ts';

/** The connection of this process to the `qbl run` that started it. */
export interface Parent {
  /** Arguments in addition to those of the command line. */
  readonly arguments: readonly string[];
  tell(message: ChildMessage): void;
  /** Called when the parent asks to stop, and when the parent ended without asking. */
  onStop(handler: () => void): void;
  /** Called before onStop if the parent ended without asking. This process must then clean up. */
  onGone(handler: () => void): void;
  /** Lets this process end even though the channel is open. */
  release(): void;
}

/** Null if a user started this process, or if another program opened the IPC channel. */
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
      // The last message must arrive before the channel closes.
      if (releasing && unsent === 0) disconnect();
    });
  };
  return {
    arguments: takePrivateArguments(env),
    tell,
    onStop: (handler) => {
      // Without a parent nobody needs a result. So stop as after a second request.
      const stopAtOnce = () => {
        // This process closed the channel itself, because its work is done.
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
      // The parent may have ended before this process could notice.
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

/** Marks the environment of the processes that `run` starts. */
export const CHILD_MARK = 'QBL_CHILD';
