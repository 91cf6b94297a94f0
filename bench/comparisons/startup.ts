import { resolve } from 'node:path';
import { type Comparison, own, peer } from '../harness/comparison.ts';
import { type Command, node, program, qbl } from '../harness/process.ts';

/** Measures how long a user waits for a command that does almost nothing. */
export const startup: Comparison = {
  name: 'startup',
  prepare: async (stage) => {
    const url = await stage.start(program('http-server')).printed(/(http:\S+)/);
    const measure = (command: Command) => async () => {
      const { wallMs, cpuMicros } = await stage.run(command);
      return { 'wall ms': wallMs, 'CPU ms': cpuMicros / 1000 };
    };
    return [
      peer('node -e 0', measure(node('-e', '0'))),
      own('qbl --version', measure(qbl('--version'))),
      own('qbl blast --help', measure(qbl('blast', '--help'))),
      own('qbl blast, one request', measure(qbl('blast', '--url', url, '--threads', '1', '--loops', '1'))),
      own('loading the Kafka adapter', measure(loading('kafka-queue'))),
      own('loading the RabbitMQ adapter', measure(loading('rabbitmq-queue'))),
      own('loading the SQS adapter', measure(loading('sqs-queue'))),
    ];
  },
};

/** Loads an adapter. qbl loads an adapter only for a queue URL of its kind. */
function loading(adapter: string): Command {
  return node('-e', `require(${JSON.stringify(resolve(`dist/${adapter}.cjs`))})`);
}
