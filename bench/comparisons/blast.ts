import type { Comparison, Figures, Side } from '../harness/comparison.ts';
import { BODY, CONNECTIONS, JSON_CONTENT } from '../harness/load.ts';
import { AUTOCANNON, type Ended, program, QBL } from '../harness/process.ts';
import type { Stage } from '../harness/stage.ts';

/** What a request costs the sender: the same number of requests to the same small server. */
export const blast: Comparison = {
  name: 'blast',
  prepare: async (stage) => {
    const url = await stage.start([program('http-server')]).printed(/(http:\S+)/);
    return [
      { name: 'autocannon', measure: () => byAutocannon(stage, url) },
      blastSide('qbl blast', stage, url, []),
      blastSide('qbl blast --no-identity', stage, url, ['--no-identity']),
    ];
  },
};

async function byAutocannon(stage: Stage, url: string): Promise<Figures> {
  const request = ['--method', 'POST', '--headers', JSON_CONTENT, '--body', BODY];
  const load = ['--connections', String(CONNECTIONS), '--amount', String(stage.settings.messages)];
  const ended = await stage.start([AUTOCANNON, '--json', ...load, ...request, url]).ended;
  return figures(ended, JSON.parse(ended.stdout)['2xx']);
}

function blastSide(name: string, stage: Stage, url: string, options: readonly string[]): Side {
  const loops = Math.ceil(stage.settings.messages / CONNECTIONS);
  const load = ['--threads', String(CONNECTIONS), '--loops', String(loops)];
  const request = ['--url', url, '--header', JSON_CONTENT.replace('=', ': '), '--body', BODY];
  const measure = async () => {
    const ended = await stage.start([QBL, 'blast', '--json', ...load, ...request, ...options]).ended;
    return figures(ended, JSON.parse(ended.stdout).statistics.samples);
  };
  return { name, measure };
}

function figures({ cpuMicros }: Ended, requests: number): Figures {
  return { 'CPU µs a request': cpuMicros / requests };
}
