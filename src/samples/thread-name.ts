/** The thread group and thread of a sample. Both numbers start at 1. */
export interface ThreadPlace {
  readonly group: number;
  readonly thread: number;
}

/** The part of a sample that names its thread. */
export interface NamedThread {
  readonly threadName: string;
  readonly threadGroup?: number;
}

/** Returns the thread of a sample, with the number of its group in the plan. Null if the thread's name has an unknown form. */
export function threadPlaceOf({ threadName, threadGroup }: NamedThread): ThreadPlace | null {
  const place = parseThreadName(threadName);
  if (place === null || threadGroup === undefined) return place;
  return { ...place, group: threadGroup };
}

const ZERO = 0x30;
const MAX_DIGITS = 9;

/**
 * Reads `<group name> <group>-<thread>`. Returns null if the name has another form. The group name may contain
 * anything, and JMeter's servers put their host name before it. So the two numbers are read from the end of the name. A
 * regular expression would be slow, because it would try each character of a long group name.
 */
export function parseThreadName(name: string): ThreadPlace | null {
  const threadStart = startOfDigits(name, name.length);
  const groupStart = startOfDigits(name, threadStart - 1);
  if (name[threadStart - 1] !== '-' || (groupStart > 0 && name[groupStart - 1] !== ' ')) return null;
  const group = numberIn(name, groupStart, threadStart - 1);
  const thread = numberIn(name, threadStart, name.length);
  return group > 0 && thread > 0 ? { group, thread } : null;
}

/** Returns where the digits before `end` begin. */
function startOfDigits(name: string, end: number): number {
  let start = end;
  while (start > 0 && isDigit(name.charCodeAt(start - 1))) start--;
  return start;
}

/** Returns the number that the digits form. 0 if there are no digits, or more than nine. */
function numberIn(name: string, start: number, end: number): number {
  if (end - start > MAX_DIGITS) return 0;
  let number = 0;
  for (let at = start; at < end; at++) number = number * 10 + name.charCodeAt(at) - ZERO;
  return number;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= ZERO + 9;
}
