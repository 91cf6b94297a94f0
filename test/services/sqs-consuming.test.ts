import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ConsumedMessage } from '../../src/queue/queue.ts';
import { until } from '../support/until.ts';
import { describeWith } from './describe-with.ts';
import { type RunningElasticmq, startElasticmq } from './elasticmq.ts';
import { connect, KINDS, message, open, sendAll } from './sqs-bed.ts';
import { startSqsProxy } from './sqs-proxy.ts';

const HIDE = 'ChangeMessageVisibilityBatch';
const FAILED = { Id: '0', Code: 'InternalError', SenderFault: false, Message: 'simulated by the test' };
const DEADLINE_MS = 90_000;

describeWith(['java', 'mvn'], 'a service on SQS', () => {
  let sqs: RunningElasticmq;
  beforeAll(async () => {
    sqs = await startElasticmq();
  });
  afterAll(() => sqs?.stop());

  test('repeats a failed request to hide messages before another consumer gets them', async () => {
    const proxy = await startSqsProxy(sqs.port);
    const queue = await open(proxy.url(KINDS.standard()));
    await sendAll((await connect(queue)).sender, [message('a')]);
    let refusals = 0;
    proxy.intervene((action) =>
      action === HIDE && refusals++ < 2 ? { status: 200, body: { Successful: [], Failed: [FAILED] } } : null,
    );
    const got: ConsumedMessage[] = [];
    const onMessage = (consumed: ConsumedMessage) => got.push(consumed);
    await queue.openConsumer({ group: 'g', maxInFlight: 2, onMessage, onConnection: () => {} });
    await until('several hidden messages', () => (proxy.requests.get(HIDE) ?? 0) >= 5, DEADLINE_MS);
    expect(got).toHaveLength(1);
  });
});
