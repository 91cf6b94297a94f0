import { produce } from '../comparisons/broker.ts';
import { serveTo, underLoad } from '../comparisons/serve.ts';
import { own } from '../harness/comparison.ts';
import type { Curve } from '../harness/curve.ts';
import { proxyLoadTool, TYPICAL } from '../harness/load.ts';
import { oha } from '../harness/peers.ts';

export const partitions: Curve = {
  name: 'partitions',
  title: 'serve and broker with more partitions',
  quantity: 'partitions',
  points: [1, 4, 16, 64],
  at: (partitions) => async (stage) => {
    const broker = await stage.startBroker('never', partitions);
    const tool = proxyLoadTool(await oha(stage.settings));
    return [
      own('qbl serve', async () => {
        const { perSecond, cpuMicros, peakMb } = await underLoad(
          stage,
          tool,
          TYPICAL,
          serveTo(broker.address),
        );
        return { 'acked/s': perSecond, 'CPU µs a message': cpuMicros, 'peak MB': peakMb };
      }),
      own('qbl broker', () => produce(stage, broker, partitions)),
    ];
  },
};
