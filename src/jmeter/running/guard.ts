import { spawn } from 'node:child_process';

/**
 * The program of a small second process, the guard. When the guard's parent ends for any reason, the guard's IPC
 * channel closes, and the guard kills the guarded process.
 */
const GUARD = `
  process.once('disconnect', () => {
    try {
      process.kill(Number(process.argv[1]), 'SIGKILL');
    } catch {
      // The process has already ended.
    }
  });
`;

/**
 * Ends a process when this process ends, even after a SIGKILL. Java and some systems do not notify a child
 * when its parent ends. Returns a function that stops the guard. Call this function when the guarded process
 * has ended.
 */
export function guard(pid: number): () => void {
  const watching = spawn(process.execPath, ['--eval', GUARD, String(pid)], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    windowsHide: true,
    // A detached guard gets no Ctrl-C from the terminal, which would end the guard too early.
    detached: true,
  });
  watching.once('error', () => {});
  watching.unref();
  watching.channel?.unref();
  return () => watching.kill('SIGKILL');
}
