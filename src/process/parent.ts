import type { ChildMessage, ParentMessage } from './messages.ts';
import { takePrivateArguments } from './private-arguments.ts';

/** The `run` that started this process, as it sees it. */
export interface Parent {
  /** Arguments beside those of the command line. */
  readonly arguments: readonly string[];
  tell(message: ChildMessage): void;
  /** Called when the parent asks to stop, and when it is gone without a word. */
  onStop(handler: () => void): void;
  /** Called before that when the parent is gone without a word, and has left it to this process to tidy up. */
  onGone(handler: () => void): void;
  /** Lets this process end although the channel is open. */
  release(): void;
}

/** The parent; null when a user started this process, or somebody with an IPC channel of another kind. */
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
      // What was said last is to arrive before the channel closes.
      if (releasing && unsent === 0) disconnect();
    });
  };
  return {
    arguments: takePrivateArguments(env),
    tell,
    onStop: (handler) => {
      // Nobody is left to hear of a result: that is as good as asking twice.
      const stopAtOnce = () => {
        // It is this process that has closed the channel: its work is done.
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
      // It may have gone before this process was there to notice.
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

/** Set in the environment of what `run` starts. */
export const CHILD_MARK = 'QBL_CHILD';
