import type { Comparison, Side } from '../harness/comparison.ts';
import { program } from '../harness/process.ts';
import type { Stage } from '../harness/stage.ts';

const PARTITIONS = 6;

/** Compares the broker with and without fsync. With fsync, acknowledged messages survive a power cut. */
export const broker: Comparison = {
  name: 'broker',
  prepare: (stage) => Promise.all([side(stage, 'never'), side(stage, 'always')]),
};

async function side(stage: Stage, fsync: 'always' | 'never'): Promise<Side> {
  const address = await stage.startBroker(fsync, PARTITIONS);
  const args = [address, 'bench', String(PARTITIONS), String(stage.settings.seconds)];
  const measure = async () => {
    const { stdout } = await stage.start([program('kafka-producer'), ...args]).ended;
    const { acked, seconds } = JSON.parse(stdout);
    return { 'acked/s': acked / seconds };
  };
  return { name: `qbl broker --fsync ${fsync}`, measure };
}
