import { AUTOCANNON } from './process.ts';
import type { Stage } from './stage.ts';

export const CONNECTIONS = 100;
/** As autocannon takes a header. */
export const JSON_CONTENT = 'Content-Type=application/json';
const BODY_BYTES = 150;
export const BODY = jsonOf(BODY_BYTES);

export interface Load {
  readonly acked: number;
  readonly seconds: number;
}

/** Posts the body to a URL for a time, from a process of its own. */
export async function post(stage: Stage, url: string, seconds: number): Promise<Load> {
  const request = ['--method', 'POST', '--headers', JSON_CONTENT, '--body', BODY];
  const load = ['--connections', String(CONNECTIONS), '--duration', String(seconds)];
  const { stdout } = await stage.start([AUTOCANNON, '--json', ...load, ...request, url]).ended;
  const { '2xx': acked, duration } = JSON.parse(stdout);
  return { acked, seconds: duration };
}

function jsonOf(bytes: number): string {
  const empty = JSON.stringify({ usuario: 1, mensaje: '' });
  return JSON.stringify({ usuario: 1, mensaje: 'x'.repeat(bytes - empty.length) });
}
