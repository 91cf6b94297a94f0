import type { Comparison, Figures, Side } from '../harness/comparison.ts';
import { BODY, CONNECTIONS, CONTENT_TYPE, post } from '../harness/load.ts';
import { program, QBL } from '../harness/process.ts';
import type { Stage } from '../harness/stage.ts';

/** Compares the sender's cost per request. Each side sends the same number of requests to the same small server. */
export const blast: Comparison = {
  name: 'blast',
  prepare: async (stage) => {
    const url = await stage.start([program('http-server')]).printed(/(http:\S+)/);
    return [
      autocannonSide(stage, url),
      blastSide('qbl blast', stage, url, []),
      blastSide('qbl blast --no-identity', stage, url, ['--no-identity']),
    ];
  },
};

function autocannonSide(stage: Stage, url: string): Side {
  const measure = async () => {
    const { acked, cpuMicros } = await post(stage, url, { requests: stage.settings.messages });
    return perRequest(cpuMicros, acked);
  };
  return { name: 'autocannon', measure };
}

function blastSide(name: string, stage: Stage, url: string, options: readonly string[]): Side {
  const loops = Math.ceil(stage.settings.messages / CONNECTIONS);
  const load = ['--threads', String(CONNECTIONS), '--loops', String(loops)];
  const request = ['--url', url, '--header', `Content-Type: ${CONTENT_TYPE}`, '--body', BODY];
  const measure = async () => {
    const ended = await stage.start([QBL, 'blast', '--json', ...load, ...request, ...options]).ended;
    return perRequest(ended.cpuMicros, JSON.parse(ended.stdout).statistics.samples);
  };
  return { name, measure };
}

function perRequest(cpuMicros: number, requests: number): Figures {
  return { 'CPU µs a request': cpuMicros / requests };
}
