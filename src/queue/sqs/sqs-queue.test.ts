import { expect, test } from 'vitest';
import type { SqsAddress } from '../url/sqs-url.ts';
import { SqsQueue } from './sqs-queue.ts';

const ADDRESS: SqsAddress = {
  ...{ system: 'sqs', host: '::1', port: 9324, region: null },
  ...{ account: null, queue: 'orders', fifo: false },
};

test('prints a command with a URL that a shell does not change', async () => {
  const queue = new SqsQueue(ADDRESS, {});
  const reading = queue.openReader({
    ...{ from: { kind: 'beginning' }, consume: false, name: 'mine' },
    onDeliveries: () => {},
  });
  await expect(reading).rejects.toMatchObject({
    hint: expect.stringContaining("`qbl run --queue 'sqs://[::1]:9324/orders' --service-rate 50`"),
  });
});
