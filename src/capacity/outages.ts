/** A period in which a service processes nothing. The code that uses this type decides when time 0 is. */
export interface Outage {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Sorts outages by time, and joins outages that overlap or touch. */
export function mergeOutages(outages: readonly Outage[]): Outage[] {
  const disjoint: Outage[] = [];
  for (const outage of outages.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = disjoint.at(-1);
    if (last !== undefined && outage.fromMs <= last.toMs) {
      disjoint[disjoint.length - 1] = {
        fromMs: last.fromMs,
        toMs: Math.max(last.toMs, outage.toMs),
      };
    } else if (outage.toMs > outage.fromMs) disjoint.push(outage);
  }
  return disjoint;
}
