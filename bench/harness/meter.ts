import { readFileSync } from 'node:fs';

/** Linux counts CPU time in units of 10 ms (proc_pid_stat(5), sysconf(_SC_CLK_TCK)). */
const TICK_MICROS = 10_000;
const KIB = 1_024;
const MB = 1_000_000;

/** User time plus system time of a process and its children so far. */
export function cpuMicrosOf(pid: number): number {
  return sumOverTree(pid, (each) => {
    const stat = readFileSync(`/proc/${each}/stat`, 'utf8');
    // Field 2 is in parentheses and may contain spaces. Fields 14 and 15 are the user and the system time.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MICROS;
  });
}

/** The largest resident memory of a process so far, plus the same figure of each of its children. */
export function peakMbOf(pid: number): number {
  return sumOverTree(pid, (each) => {
    const kib = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${each}/status`, 'utf8'))?.[1] ?? '0';
    return (Number(kib) * KIB) / MB;
  });
}

/** The processes that the main thread of a process has started and that still run. */
export function childrenOf(pid: number): number[] {
  const pids = ifRunning('', () => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'));
  return pids.split(' ').map(Number).filter(Boolean);
}

function sumOverTree(pid: number, figure: (pid: number) => number): number {
  const own = ifRunning(0, () => figure(pid));
  return childrenOf(pid).reduce((sum, child) => sum + sumOverTree(child, figure), own);
}

/** A process can end between two looks at it. Its files in /proc are then missing, or cannot be read. */
function ifRunning<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
