import type { Parent } from '../process/parent.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** The same signal counts once within this time. A user who presses Ctrl-C again takes longer. */
const ECHO_MS = 200;

/**
 * Calls the handler for each Ctrl-C, SIGTERM and closed terminal. Terminals and service managers send these signals to
 * all processes of a command. So a process with a parent ignores them, because the parent tells it when to stop.
 * @param parent null if a user started this process
 */
export function onProcessSignals(parent: Pick<Parent, 'leads'> | null, handler: () => void): void {
  for (const signal of SIGNALS) {
    const onSignal = withoutEchoes(handler);
    process.on(signal, () => parent?.leads !== true && onSignal());
  }
}

/**
 * Some programs send one signal twice: GNU timeout to its child and to the group of its child, a shell to its jobs when
 * the terminal has closed, and npm to the program that it runs. The second signal must not count as a second Ctrl-C.
 */
function withoutEchoes(handler: () => void): () => void {
  let countedAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (now - countedAt < ECHO_MS) return;
    countedAt = now;
    handler();
  };
}
