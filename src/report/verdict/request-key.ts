import { parseThreadName } from '../../samples/thread-name.ts';

interface Place {
  readonly group: number;
  readonly thread: number;
  readonly loop: number;
  readonly request: number;
}

/** Returns a key for a request of a run, such as `1-7-3-1` for request 1 in loop 3 of thread 7 in group 1. */
export function requestKey({ group, thread, loop, request }: Place): string {
  return [group, thread, loop, request].join('-');
}

/** Returns the key for a request of a thread. Null if the thread's name has an unknown form. */
export function requestKeyOf(threadName: string, loop: number, request: number): string | null {
  const place = parseThreadName(threadName);
  return place === null ? null : requestKey({ ...place, loop, request });
}
