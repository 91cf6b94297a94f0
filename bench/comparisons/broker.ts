import { type Comparison, type Figures, own, peer } from '../harness/comparison.ts';
import { meter, program } from '../harness/process.ts';
import type { Fsync, RunningBroker, Stage } from '../harness/stage.ts';

const PARTITIONS = 6;

/** Compares the broker with Kafka. Without fsync, acknowledged messages survive a crash of the broker, but no power cut. */
export const broker = brokers('broker', 'never');

/** With fsync, acknowledged messages also survive a power cut. */
export const brokerFsync = brokers('broker-fsync', 'always');

function brokers(name: string, fsync: Fsync): Comparison {
  return {
    name,
    prepare: async (stage) => {
      const kafka = await stage.startKafka(fsync, PARTITIONS);
      const started = await stage.startBroker(fsync, PARTITIONS);
      return [
        'missing' in kafka ? kafka : peer('Kafka', () => produce(stage, kafka, PARTITIONS)),
        own(`qbl broker --fsync ${fsync}`, () => produce(stage, started, PARTITIONS)),
      ];
    },
  };
}

/** Sends messages with kafkajs from many callers for some time. */
export async function produce(
  stage: Stage,
  { address, pid }: RunningBroker,
  partitions: number,
): Promise<Figures> {
  const args = [address, 'bench', String(partitions), String(stage.settings.seconds)];
  const used = meter(pid);
  const { stdout } = await stage.run(program('kafka-producer', ...args));
  const { cpuMicros, peakMb } = used();
  const { acked, seconds } = JSON.parse(stdout);
  return { 'acked/s': acked / seconds, 'CPU µs a message': cpuMicros / acked, 'peak MB': peakMb };
}
