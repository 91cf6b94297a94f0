import type { Comparison, Side } from '../harness/comparison.ts';
import { CONNECTIONS } from '../harness/load.ts';
import { program, QBL } from '../harness/process.ts';
import type { Stage } from '../harness/stage.ts';

const PARTITIONS = 6;
const TOPIC = 'bench';
const RUN = 'bench';

/**
 * Measures how much time `verify` needs in addition to reading the messages. Both sides read one topic from its start
 * to its end.
 */
export const verify: Comparison = {
  name: 'verify',
  prepare: async (stage) => {
    const broker = await stage.startBroker('never', PARTITIONS);
    const queue = `kafka://${broker}/${TOPIC}`;
    const messages = await fill(stage, queue);
    return [
      side('kafkajs consumer', stage, [program('kafka-consumer'), broker, TOPIC, String(messages)], messages),
      side('qbl verify', stage, [QBL, 'verify', RUN, '--queue', queue], messages),
    ];
  },
};

/** Sends one run through the proxy. Resolves with the number of its messages. */
async function fill(stage: Stage, queue: string): Promise<number> {
  const proxy = stage.start([QBL, 'serve', '--port', '0', '--queue', queue]);
  const url = `${await proxy.printed(/(http:\S+)/)}/send`;
  const loops = Math.ceil(stage.settings.messages / CONNECTIONS);
  const load = ['--threads', String(CONNECTIONS), '--loops', String(loops)];
  await stage.start([QBL, 'blast', '--run', RUN, '--url', url, ...load]).ended;
  await proxy.stop();
  return CONNECTIONS * loops;
}

function side(name: string, stage: Stage, args: readonly string[], messages: number): Side {
  const measure = async () => {
    const { wallMs, cpuMicros } = await stage.start(args).ended;
    return { 'messages/s': (messages / wallMs) * 1000, 'CPU µs a message': cpuMicros / messages };
  };
  return { name, measure };
}
