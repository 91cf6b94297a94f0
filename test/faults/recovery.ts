import { readJtl } from '../../src/samples/jtl/jtl-reader.ts';
import { outcomeOf } from '../../src/samples/outcome.ts';

/** Times of a fault, in epoch milliseconds. */
export interface FaultTimes {
  readonly beganAtMs: number;
  /** Start of the recovery: the time at which the fault ended, or at which a process was killed. */
  readonly recoveryFromMs: number;
}

export interface Recovery {
  /** Time from the start of the recovery to the first ack after that start. Null if no further ack came. */
  readonly recoveryMs: number | null;
  /** The longest time without an ack since the start of the fault. */
  readonly longestPauseMs: number;
}

/** How soon messages were acked again, according to the sender. */
export async function recoveryOf(
  samplesFile: string,
  { beganAtMs, recoveryFromMs }: FaultTimes,
): Promise<Recovery> {
  const { ackedAtMs, endMs } = await readAcks(samplesFile);
  const first = ackedAtMs.find((atMs) => atMs >= recoveryFromMs);
  const marks = [beganAtMs, ...ackedAtMs.filter((atMs) => atMs >= beganAtMs), endMs];
  const pausesMs = marks.slice(1).map((atMs, i) => atMs - (marks[i] ?? atMs));
  return {
    recoveryMs: first === undefined ? null : first - recoveryFromMs,
    longestPauseMs: Math.max(0, ...pausesMs),
  };
}

async function readAcks(samplesFile: string): Promise<{ ackedAtMs: number[]; endMs: number }> {
  const ackedAtMs: number[] = [];
  let endMs = 0;
  for await (const rows of readJtl(samplesFile)) {
    for (const row of rows) {
      const atMs = row.timeStampMs + row.elapsedMs;
      endMs = Math.max(endMs, atMs);
      if (outcomeOf(row) === 'acked') ackedAtMs.push(atMs);
    }
  }
  return { ackedAtMs: ackedAtMs.sort((a, b) => a - b), endMs };
}
