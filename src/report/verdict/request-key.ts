import { parseThreadName } from '../../samples/thread-name.ts';

interface Place {
  readonly group: number;
  readonly thread: number;
  readonly loop: number;
  readonly request: number;
}

/** Names a request within its run: `1-7-3-1` is the first request of loop 3 of thread 7 in group 1. */
export function requestKey({ group, thread, loop, request }: Place): string {
  return [group, thread, loop, request].join('-');
}

/** The same by the name of its thread; null where that is of another form. */
export function requestKeyOf(threadName: string, loop: number, request: number): string | null {
  const place = parseThreadName(threadName);
  return place === null ? null : requestKey({ ...place, loop, request });
}
