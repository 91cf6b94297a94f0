import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { startServe } from './by-hand.ts';
import { describeWith } from './describe-with.ts';
import { type RunningRabbitmq, startRabbitmq } from './rabbitmq.ts';
import { newName } from './rabbitmq-bed.ts';

describeWith(['rabbitmq-server'], 'serve in front of RabbitMQ', () => {
  let rabbitmq: RunningRabbitmq;
  beforeAll(async () => {
    rabbitmq = await startRabbitmq();
  });
  afterAll(() => rabbitmq?.stop());

  test('answers 503 Not Enqueued while RabbitMQ blocks publishers, and 200 afterwards', async () => {
    const url = await startServe(rabbitmq.url(newName()), '--timeout', '2s');
    const post = async () => {
      const headers = { 'Content-Type': 'application/json' };
      const response = await fetch(url, { method: 'POST', headers, body: '{"a":1}' });
      await response.arrayBuffer();
      return [response.status, response.statusText];
    };
    expect(await post()).toEqual([200, 'OK']);
    await rabbitmq.ctl('set_vm_memory_high_watermark', '0.0001');
    // RabbitMQ reports that it blocks publishers only after a message was published. The outcome of that message is
    // unknown.
    const [first] = await post();
    expect(first).toBeGreaterThanOrEqual(500);
    expect(await post()).toEqual([503, 'Not Enqueued']);
    expect(await post()).toEqual([503, 'Not Enqueued']);
    await rabbitmq.ctl('set_vm_memory_high_watermark', '0.6');
    await until('a proxy that is ready again', async () => (await fetch(new URL('/readyz', url))).ok);
    expect(await post()).toEqual([200, 'OK']);
  });
});
