/**
 * This module is preloaded into each measured process. It reports the CPU time of the process on request, and writes it
 * to a file when the process ends.
 */
import { writeFileSync } from 'node:fs';

const file = process.env['BENCH_CPU_FILE'];

process.on('message', () => process.send?.(cpuMicros()));
// Ends this process when the bench ends, so that no process is left.
process.on('disconnect', () => process.exit());
process.channel?.unref();
process.on('exit', () => file !== undefined && writeFileSync(file, String(cpuMicros())));

function cpuMicros(): number {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return userCPUTime + systemCPUTime;
}
