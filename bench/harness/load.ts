import { AUTOCANNON } from './process.ts';
import type { Stage } from './stage.ts';

export const CONNECTIONS = 100;
export const CONTENT_TYPE = 'application/json';
const BODY_BYTES = 150;
export const BODY = jsonOf(BODY_BYTES);

/** The condition that ends autocannon. */
export type Bound = { readonly seconds: number } | { readonly requests: number };

export interface Posted {
  /** Number of responses with status 2xx. */
  readonly acked: number;
  readonly seconds: number;
  /** 99th percentile of the response times. */
  readonly p99Ms: number;
  /** CPU time of autocannon. */
  readonly cpuMicros: number;
}

/** Posts the body to a URL over all connections, with autocannon in a separate process. */
export async function post(stage: Stage, url: string, bound: Bound): Promise<Posted> {
  const request = ['--method', 'POST', '--headers', `Content-Type=${CONTENT_TYPE}`, '--body', BODY];
  const end =
    'seconds' in bound ? ['--duration', String(bound.seconds)] : ['--amount', String(bound.requests)];
  const load = ['--connections', String(CONNECTIONS), ...end];
  const { stdout, cpuMicros } = await stage.start([AUTOCANNON, '--json', ...load, ...request, url]).ended;
  const { '2xx': acked, duration: seconds, latency } = JSON.parse(stdout);
  if (!(acked > 0)) throw new Error(`no request to ${url} succeeded: ${stdout}`);
  return { acked, seconds, p99Ms: latency.p99, cpuMicros };
}

function jsonOf(bytes: number): string {
  const empty = JSON.stringify({ usuario: 1, mensaje: '' });
  return JSON.stringify({ usuario: 1, mensaje: 'x'.repeat(bytes - empty.length) });
}
