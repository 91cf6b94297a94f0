// Kills processes when the process that started them ends in any way. The end of that process closes standard input.
// Each line of standard input is +PID (watch this process) or -PID (this process has ended).
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
    // The process has already ended.
  }
}
