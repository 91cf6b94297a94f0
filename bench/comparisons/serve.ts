import type { Comparison, Figures } from '../harness/comparison.ts';
import { post } from '../harness/load.ts';
import { type MeasuredProcess, NAIVE_PROXY, QBL } from '../harness/process.ts';
import type { Stage } from '../harness/stage.ts';

const PARTITIONS = 6;
const MAX_WARM_UP_SECONDS = 1;

/** Measures the proxy under its typical load. Both sides use the same broker process. */
export const serve: Comparison = {
  name: 'serve',
  prepare: async (stage) => {
    const broker = await stage.startBroker('never', PARTITIONS);
    const queue = `kafka://${broker}/stress-topic`;
    return [
      {
        name: 'naive proxy',
        measure: () => underLoad(stage, stage.start([NAIVE_PROXY], { PORT: '0', KAFKA: broker })),
      },
      {
        name: 'qbl serve',
        measure: () => underLoad(stage, stage.start([QBL, 'serve', '--port', '0', '--queue', queue])),
      },
    ];
  },
};

async function underLoad(stage: Stage, proxy: MeasuredProcess): Promise<Figures> {
  const { seconds } = stage.settings;
  const url = `${await proxy.printed(/(http:\S+)/)}/send`;
  await post(stage, url, { seconds: Math.min(seconds, MAX_WARM_UP_SECONDS) });
  const before = await proxy.cpuMicros();
  const load = await post(stage, url, { seconds });
  const cpuMicros = (await proxy.cpuMicros()) - before;
  await proxy.stop();
  return { 'acked/s': load.acked / load.seconds, 'CPU µs a message': cpuMicros / load.acked };
}
