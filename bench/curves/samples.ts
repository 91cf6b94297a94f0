import { join } from 'node:path';
import { makeBigRun, SHORT } from '../../test/long/big-run.ts';
import { own } from '../harness/comparison.ts';
import type { Curve } from '../harness/curve.ts';
import { qbl } from '../harness/process.ts';

const RUN = 'bench';
const TOPIC = 'bench';

export const samples: Curve = {
  name: 'samples',
  title: 'verify with more samples',
  quantity: 'samples',
  points: [1_000, 10_000, 100_000, 1_000_000, 10_000_000],
  oneRoundFrom: 1_000_000,
  at: (count) => async (stage) => {
    const { address } = await stage.startBroker('never', SHORT.partitions);
    const queue = `kafka://${address}/${TOPIC}`;
    const runs = join(stage.directory, 'runs');
    await makeBigRun(runs, RUN, queue, count, SHORT);
    return [
      own('qbl verify', async () => {
        const ended = await stage.run(qbl('verify', RUN, '--runs', runs, '--queue', queue));
        return {
          seconds: ended.wallMs / 1_000,
          'CPU µs a sample': ended.cpuMicros / count,
          'peak MB': ended.peakMb,
        };
      }),
    ];
  },
};
