import { afterEach, expect, it, vi } from 'vitest';
import { Network } from '../testing/network.ts';

type Answer = (error: Error | null, addresses?: readonly { address: string; family: number }[]) => void;

/** The look-ups that the system has not answered yet. */
const asked = vi.hoisted<{ name: string; answer: Answer }[]>(() => []);
vi.mock('node:dns', () => ({
  lookup: (name: string, _options: unknown, answer: Answer) => void asked.push({ name, answer }),
}));

const network = new Network();

afterEach(async () => {
  asked.length = 0;
  await network.cleanUp();
});

const names = () => asked.map(({ name }) => name);

it('serves all connections that open at the same time, and the next connection looks up again', async () => {
  const port = await network.http((_, response) => response.end('ok'));
  const all = Array.from({ length: 20 }, () => network.send(`http://one.test:${port}/`));
  const other = network.send(`http://other.test:${port}/`);
  await expect.poll(names).toEqual(['one.test', 'other.test']);
  for (const { answer } of asked) answer(null, [{ address: '127.0.0.1', family: 4 }]);
  for (const exchange of await Promise.all([...all, other]))
    expect(exchange).toMatchObject({ responseCode: '200' });
  const later = network.send(`http://one.test:${port}/`);
  await expect.poll(names).toEqual(['one.test', 'other.test', 'one.test']);
  asked[2]?.answer(null, [{ address: '127.0.0.1', family: 4 }]);
  expect(await later).toMatchObject({ responseCode: '200' });
});

it('fails all connections that wait for it', async () => {
  const all = [network.send('http://none.test:1/'), network.send('http://none.test:1/')];
  await expect.poll(names).toEqual(['none.test']);
  asked[0]?.answer(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }));
  for (const exchange of await Promise.all(all))
    expect(exchange.responseMessage).toContain('none.test: Name or service not known');
});
