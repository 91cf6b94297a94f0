// Ends processes when the one that started them is gone, however it ended: standard input closes with it.
// Each line of standard input is +PID or -PID: to be ended, or ended already.
import { createInterface } from 'node:readline';

const pids = new Set();

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const pid = Number(line.slice(1));
    if (line.startsWith('+')) pids.add(pid);
    else pids.delete(pid);
  })
  .on('close', () => {
    for (const pid of pids) end(pid);
  });

function end(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}
