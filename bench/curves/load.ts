import { serveTo, underLoad } from '../comparisons/serve.ts';
import { own, type Side } from '../harness/comparison.ts';
import type { Curve } from '../harness/curve.ts';
import { blastWith, type Load, post, proxyLoadTool, TYPICAL } from '../harness/load.ts';
import { oha } from '../harness/peers.ts';
import { program } from '../harness/process.ts';
import type { Stage } from '../harness/stage.ts';

const PARTITIONS = 6;

export const connections: Curve = {
  name: 'connections',
  title: 'blast and serve with more connections',
  quantity: 'connections',
  points: [1, 10, 100, 1_000, 5_000],
  at: (connections) => (stage) => senderAndProxy(stage, { ...TYPICAL, connections }),
};

export const messageSize: Curve = {
  name: 'message-size',
  title: 'blast and serve with larger messages',
  quantity: 'bytes',
  points: [100, 1_000, 10_000, 100_000, 1_000_000],
  at: (bytes) => (stage) => senderAndProxy(stage, { ...TYPICAL, bytes }),
};

/** Measures `qbl blast` against a small server, and `qbl serve` under the same load of another tool. */
async function senderAndProxy(stage: Stage, load: Load): Promise<Side[]> {
  const { measured } = stage.settings.proxyLoad;
  const url = await stage.start(program('http-server')).printed(/(http:\S+)/);
  const { address } = await stage.startBroker('never', PARTITIONS);
  const tool = proxyLoadTool(await oha(stage.settings));
  return [
    own('qbl blast', async () => {
      const posted = await post(stage, blastWith(), url, load, measured);
      return {
        'requests/s': posted.acked / posted.seconds,
        'CPU µs a request': posted.cpuMicros / posted.acked,
        'peak MB': posted.peakMb,
      };
    }),
    own('qbl serve', async () => {
      const { perSecond, cpuMicros, peakMb } = await underLoad(stage, tool, load, serveTo(address));
      return { 'requests/s': perSecond, 'CPU µs a request': cpuMicros, 'peak MB': peakMb };
    }),
  ];
}
