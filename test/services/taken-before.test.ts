import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send } from './by-hand.ts';
import { type RunningRabbitmq, startRabbitmq } from './rabbitmq.ts';
import { newName } from './rabbitmq-bed.ts';

describe('messages that an earlier verification removed from the queue', () => {
  let rabbitmq: RunningRabbitmq;
  beforeAll(async () => {
    rabbitmq = await startRabbitmq();
  });
  afterAll(() => rabbitmq?.stop());

  test('messages that an earlier verification removed do not count as lost', async () => {
    const { verify } = await send(rabbitmq.url(newName()));
    expect(await verify('--consume')).toMatchObject({ code: 0, record: { verdict: 'pass', received: 100 } });
    for (let i = 0; i < 2; i++) {
      const { code, record } = await verify('--consume', '--settle', '500ms');
      expect(record).toMatchObject({ verdict: 'unknown', reasons: [{ kind: 'taken-before' }] });
      expect(record.reasons[0]?.text).toContain('an earlier verification removed 100 messages');
      expect(code).toBe(3);
    }
  });
});
