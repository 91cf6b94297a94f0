import type { Comparison, Figures } from '../harness/comparison.ts';
import { post } from '../harness/load.ts';
import { buildGoProxy, type PeerProcess } from '../harness/peers.ts';
import { NAIVE_PROXY, QBL } from '../harness/process.ts';
import type { Stage } from '../harness/stage.ts';

const PARTITIONS = 6;
const MAX_WARM_UP_SECONDS = 1;

/** Measures the proxy under its typical load. All sides use the same broker process. */
export const serve: Comparison = {
  name: 'serve',
  prepare: async (stage) => {
    const broker = await stage.startBroker('never', PARTITIONS);
    const queue = `kafka://${broker}/stress-topic`;
    const goProxy = await buildGoProxy(stage.directory);
    const go = (program: string) => ({
      name: 'Go with franz-go',
      measure: () => underLoad(stage, stage.startPeer(program, { PORT: '0', KAFKA: broker })),
    });
    return [
      {
        name: 'naive proxy',
        measure: () => underLoad(stage, stage.start([NAIVE_PROXY], { PORT: '0', KAFKA: broker })),
      },
      ...(goProxy === null ? [] : [go(goProxy)]),
      {
        name: 'qbl serve',
        measure: () => underLoad(stage, stage.start([QBL, 'serve', '--port', '0', '--queue', queue])),
      },
    ];
  },
};

async function underLoad(stage: Stage, proxy: PeerProcess): Promise<Figures> {
  const { seconds } = stage.settings;
  const url = `${await proxy.printed(/(http:\S+)/)}/send`;
  await post(stage, url, { seconds: Math.min(seconds, MAX_WARM_UP_SECONDS) });
  const before = await proxy.cpuMicros();
  const load = await post(stage, url, { seconds });
  const cpuMicros = (await proxy.cpuMicros()) - before;
  await proxy.stop();
  const perMessage = cpuMicros / load.acked;
  return { 'acked/s': load.acked / load.seconds, 'CPU µs a message': perMessage, 'p99 ms': load.p99Ms };
}
