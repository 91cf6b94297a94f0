import { BEHAVIOURS, type UnreliableServer } from './unreliable-server.ts';

export const THREADS = 3;
/** Number of loops in which each request of a thread meets every behaviour of the server. */
export const LOOPS = BEHAVIOURS.length;
/** Number of requests in the first group. */
export const REQUESTS = 3;

/**
 * A YAML plan whose samples depend only on the server. Its thread groups have every error mode that does not end
 * other threads.
 */
export function parityPlan({ url, silentUrl, refusedUrl }: UnreliableServer): string {
  return `
name: Parity
threadGroups:
  - name: Every behaviour
    threads: ${THREADS}
    loops: ${LOOPS}
    requests:
      - { name: 'Create, "quoted"', url: '${url}', headers: { Content-Type: application/json }, body: '{"n":\${loop}}' }
      - { name: Replace ñ, method: PUT, url: '${url}?a=b', headers: { X-Thread: '\${thread}' }, body: '{"a":"é"}' }
      - { name: Ask, method: GET, url: '${url}', body: '{}' }
  - name: Refused
    threads: 2
    loops: 2
    requests: [{ name: Refused, url: '${refusedUrl}', body: '{}' }]
  - name: Silent
    threads: 2
    loops: 1
    requests: [{ name: Silent, url: '${silentUrl}', body: '{}', timeout: 2s }]
  - name: Goes on with the next loop
    threads: 2
    loops: ${LOOPS}
    onSampleError: startnextloop
    requests: &two
      - { name: First, url: '${url}', body: '{}' }
      - { name: Second, url: '${url}', body: '{}' }
  - name: Stops its thread
    threads: 5
    loops: ${LOOPS}
    onSampleError: stopthread
    requests: *two
`;
}
