import { spawn } from 'node:child_process';

/** Its IPC channel closes when its parent is gone, however that ended. */
const GUARD = `
  process.once('disconnect', () => {
    try {
      process.kill(Number(process.argv[1]), 'SIGKILL');
    } catch {
      // It has ended already.
    }
  });
`;

/**
 * Ends a process when this one is gone, also after a SIGKILL: neither every system nor Java tells a child that its
 * parent is gone. Returns what calls the guard off, to be called when the process has ended.
 */
export function guard(pid: number): () => void {
  const watching = spawn(process.execPath, ['--eval', GUARD, String(pid)], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    windowsHide: true,
    // What a terminal sends to all in front of it must not end it before its time.
    detached: true,
  });
  watching.once('error', () => {});
  watching.unref();
  watching.channel?.unref();
  return () => watching.kill('SIGKILL');
}
