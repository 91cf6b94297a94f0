import { type Comparison, own, peer, type Side } from '../harness/comparison.ts';
import { TYPICAL } from '../harness/load.ts';
import { type Command, program, qbl } from '../harness/process.ts';
import type { Stage } from '../harness/stage.ts';
import { serveTo, TOPIC } from './serve.ts';

const PARTITIONS = 6;
const RUN = 'bench';

/**
 * Measures how much time `verify` needs in addition to reading the messages. Both sides read one topic from its start
 * to its end.
 */
export const verify: Comparison = {
  name: 'verify',
  prepare: async (stage) => readers(stage, (await stage.startBroker('never', PARTITIONS)).address),
};

/** Measures the readers when they read a topic of a real Kafka. */
export const verifyKafka: Comparison = {
  name: 'verify-kafka',
  prepare: async (stage) => {
    const kafka = await stage.startKafka('never', PARTITIONS);
    return 'missing' in kafka ? [kafka] : readers(stage, kafka.address);
  },
};

async function readers(stage: Stage, broker: string): Promise<Side[]> {
  const messages = await fill(stage, broker);
  const measure = (command: Command) => async () => {
    const { wallMs, cpuMicros, peakMb } = await stage.run(command);
    return {
      'messages/s': (messages / wallMs) * 1000,
      'CPU µs a message': cpuMicros / messages,
      'peak MB': peakMb,
    };
  };
  return [
    peer('kafkajs consumer', measure(program('kafka-consumer', broker, TOPIC, String(messages)))),
    own('qbl verify', measure(qbl('verify', RUN, '--queue', `kafka://${broker}/${TOPIC}`))),
  ];
}

/** Sends one run through the proxy. Resolves with the number of its messages. */
async function fill(stage: Stage, broker: string): Promise<number> {
  const proxy = stage.start(serveTo(broker).command);
  const url = `${await proxy.printed(/(http:\S+)/)}/send`;
  const threads = TYPICAL.connections;
  const loops = Math.ceil(stage.settings.messages / threads);
  const load = ['--threads', String(threads), '--loops', String(loops)];
  await stage.run(qbl('blast', '--run', RUN, '--url', url, ...load));
  await proxy.stop();
  return threads * loops;
}
