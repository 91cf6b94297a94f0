/** The thread group and thread of a sample. Both numbers start at 1. */
export interface ThreadPlace {
  readonly group: number;
  readonly thread: number;
}

const PLACE = /(?:^| )(\d{1,9})-(\d{1,9})$/;

/**
 * Reads `<group name> <group>-<thread>`. Returns null if the name has another form. The group name may contain
 * anything. JMeter's servers put their host name before it.
 */
export function parseThreadName(name: string): ThreadPlace | null {
  const match = PLACE.exec(name);
  if (match === null) return null;
  const group = Number(match[1]);
  const thread = Number(match[2]);
  return group > 0 && thread > 0 ? { group, thread } : null;
}
