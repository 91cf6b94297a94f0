import { threadPlaceOf } from '../../samples/thread-name.ts';

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

/** A request as the trace names it. `threadGroup` is absent if the name of the thread shows the group. */
interface TracedRequest {
  readonly thread: string;
  readonly threadGroup?: number;
  readonly loop: number;
  readonly request: number;
}

/** Returns the key for a request of the trace. Null if the thread's name has an unknown form. */
export function requestKeyOf({ thread, loop, request, ...group }: TracedRequest): string | null {
  const place = threadPlaceOf({ threadName: thread, ...group });
  return place === null ? null : requestKey({ ...place, loop, request });
}
