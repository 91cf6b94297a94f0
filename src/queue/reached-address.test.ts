import { lookup } from 'node:dns/promises';
import { expect, test, vi } from 'vitest';
import { reachedAddress } from './reached-address.ts';

vi.mock('node:dns/promises', () => ({ lookup: vi.fn() }));

const failing = (code: string) =>
  vi.mocked(lookup).mockRejectedValueOnce(Object.assign(new Error(code), { code }));

test('a host name that does not exist leads nowhere', async () => {
  failing('ENOTFOUND');
  expect(await reachedAddress([{ host: 'missing.example', port: 5672 }])).toBeNull();
});

test('a failed look-up is an error, because the host name may lead to a known queue', async () => {
  failing('EAI_AGAIN');
  const hosts = ['queue.example', 'second.example'].map((host) => ({ host, port: 5672 }));
  await expect(reachedAddress(hosts)).rejects.toMatchObject({
    exitCode: 4,
    message: 'cannot look up the host name queue.example: EAI_AGAIN',
    hint: 'Try again, or write the IP address in the URL.',
  });
});

test('a host name that does not exist is skipped, as it is for a connection', async () => {
  failing('ENOTFOUND');
  vi.mocked(lookup).mockResolvedValueOnce({ address: '192.0.2.1', family: 4 });
  const hosts = ['missing.example', 'second.example'].map((host) => ({ host, port: 5672 }));
  expect(await reachedAddress(hosts)).toBe('192.0.2.1:5672');
});
