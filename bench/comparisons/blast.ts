import { type Comparison, type Figures, own, peer } from '../harness/comparison.ts';
import {
  autocannon,
  blastWith,
  k6At,
  type LoadTool,
  ohaAt,
  type Posted,
  post,
  TYPICAL,
} from '../harness/load.ts';
import { k6, oha, withProgram } from '../harness/peers.ts';
import { program } from '../harness/process.ts';
import type { Loops } from '../harness/settings.ts';
import type { Stage } from '../harness/stage.ts';

const SHORT: Loops = { loops: 10 };

/** Compares the sender's cost per request. Each side sends the same number of requests to the same small server. */
export const blast: Comparison = {
  name: 'blast',
  prepare: async (stage) => {
    const { loops } = stage.settings;
    const measure = await posting(stage, { loops }, ({ cpuMicros, acked, peakMb }) => ({
      'CPU µs a request': cpuMicros / acked,
      'peak MB': peakMb,
    }));
    return [
      peer('autocannon', () => measure(autocannon)),
      withProgram(await oha(stage.settings), (file) => measure(ohaAt(file))),
      own('qbl blast', () => measure(blastWith())),
      own('qbl blast --no-identity', () => measure(blastWith('--no-identity'))),
    ];
  },
};

/** Compares how long a user waits for a short test of 100 threads with 10 requests each. */
export const shortBlast: Comparison = {
  name: 'short-blast',
  prepare: async (stage) => {
    const measure = await posting(stage, SHORT, ({ wallMs }) => ({ 'wall ms': wallMs }));
    return [
      withProgram(await k6(stage.settings), (file) => measure(k6At(file))),
      withProgram(await oha(stage.settings), (file) => measure(ohaAt(file))),
      own('qbl blast', () => measure(blastWith())),
    ];
  },
};

/** Starts the server. Resolves with a function that measures one load tool. */
async function posting(stage: Stage, loops: Loops, figures: (posted: Posted) => Figures) {
  const url = await stage.start(program('http-server')).printed(/(http:\S+)/);
  return async (tool: LoadTool<Loops>) => figures(await post(stage, tool, url, TYPICAL, loops));
}
