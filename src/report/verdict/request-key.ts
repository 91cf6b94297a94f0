import { parseThreadName } from '../../samples/thread-name.ts';

interface Place {
  readonly group: number;
  readonly thread: number;
  readonly loop: number;
  readonly request: number;
}

/** Identifies a request within its run: `1-7-3-1` is request 1 in loop 3 of thread 7 in group 1. */
export function requestKey({ group, thread, loop, request }: Place): string {
  return [group, thread, loop, request].join('-');
}

/** The key of a request of a named thread. Null if the name has an unknown form. */
export function requestKeyOf(threadName: string, loop: number, request: number): string | null {
  const place = parseThreadName(threadName);
  return place === null ? null : requestKey({ ...place, loop, request });
}
