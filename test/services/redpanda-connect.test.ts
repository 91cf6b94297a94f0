import { beforeAll, expect, test } from 'vitest';
import type { VerifyRecord } from '../../src/runs/documents/verify-json.ts';
import { startBroker } from '../support/broker.ts';
import { createTopic } from '../support/kafka.ts';
import { qbl } from '../support/qbl.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { recordOf } from '../support/verification.ts';
import { benthos } from './benthos.ts';
import { describeWith } from './describe-with.ts';
import { startPipeline } from './pipeline.ts';

const TOPIC = 'orders';
const SENT = 20;

describeWith(['go'], 'the preset redpanda-connect in front of a real Benthos', () => {
  let program: string;
  beforeAll(async () => {
    program = await benthos();
  });

  const toKafka = (address: string) =>
    `output: {kafka_franz: {seed_brokers: ['${address}'], topic: ${TOPIC}, idempotent_write: false}}`;

  test('passes if the pipeline writes every message into Kafka', async () => {
    const { code, record } = await judged(program, toKafka);
    expect(record).toMatchObject({ verdict: 'pass', acked: SENT, received: SENT, lost: 0, corrupt: 0 });
    expect(code).toBe(0);
  });

  test.each([
    ['an output that drops messages', 'output: {drop: {}}', '', { verdict: 'fail', acked: SENT, lost: SENT }],
    [
      'an output that fails',
      'output: {reject: "full"}',
      '',
      { acked: 0, rejected: 0, indeterminate: SENT, lost: 0 },
    ],
    [
      'a rate limit',
      'output: {drop: {}}\nrate_limit_resources: [{label: few, local: {count: 5, interval: 1h}}]',
      ', rate_limit: few',
      { acked: 5, rejected: SENT - 5, lost: 5 },
    ],
  ])('reports what happened to the messages behind %s', async (_, output, ofInput, found) => {
    const { record } = await judged(program, () => output, ofInput);
    expect(record).toMatchObject({ received: 0, ...found });
  });
});

/**
 * Sends messages through a pipeline and judges the outcome of each message.
 * @param outputTo the output of the pipeline, for a Kafka at this address
 */
async function judged(
  program: string,
  outputTo: (address: string) => string,
  ofInput = '',
): Promise<{ readonly code: number | null; readonly record: VerifyRecord }> {
  const folder = await tempFolder();
  const { address } = await startBroker(folder);
  await createTopic(address, TOPIC);
  const url = await startPipeline(program, outputTo(address), ofInput);
  const target = ['--queue', `kafka://${address}/${TOPIC}`, '--url', url, '--endpoint', 'redpanda-connect'];
  const load = ['--threads', '4', '--loops', '5', '--allow-errors'];
  const sent = await qbl(['blast', ...target, ...load], { folder });
  expect(sent.code, sent.stderr).toBe(0);
  const ended = await qbl(['verify', '--json', '--settle', '1s'], { folder });
  return { code: ended.code, record: recordOf(ended) };
}
