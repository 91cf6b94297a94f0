import { lookup } from 'node:dns/promises';
import { expect, test, vi } from 'vitest';
import { reachedAddress } from './reached-address.ts';

vi.mock('node:dns/promises', () => ({ lookup: vi.fn() }));

const failing = (code: string) =>
  vi.mocked(lookup).mockRejectedValueOnce(Object.assign(new Error(code), { code }));

test('a host name that does not exist leads nowhere', async () => {
  failing('ENOTFOUND');
  expect(await reachedAddress({ host: 'missing.example', port: 5672 })).toBeNull();
});

test('a failed look-up is an error, because the host name may lead to a known queue', async () => {
  failing('EAI_AGAIN');
  await expect(reachedAddress({ host: 'queue.example', port: 5672 })).rejects.toMatchObject({
    exitCode: 4,
    message: 'cannot look up the host name queue.example: EAI_AGAIN',
  });
});
