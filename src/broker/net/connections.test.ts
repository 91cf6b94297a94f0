import { afterEach, expect, test } from 'vitest';
import { batchOf } from '../testing/batches.ts';
import { cleanUp, eventually, fetchFrom, produceTo, TestBroker, touchTopic } from '../testing/test-broker.ts';
import { ERRORS } from '../wire/errors.ts';

afterEach(cleanUp);

test('the maximum number of silent connections does not keep others out, and does not cause a log line each', async () => {
  const broker = await TestBroker.start({ maxConnections: 20 });
  const silent = await Promise.all(Array.from({ length: 20 }, () => broker.client()));
  const codes: number[] = [];
  for (let index = 0; index < 5; index++) {
    // The silent connections are too new to count as idle. So the broker refuses the new client, which tries again.
    await eventually(async () => {
      const client = await broker.client();
      const code = await Promise.race([touchTopic(client, `t${index}`), client.closed]);
      if (code !== undefined) codes.push(code);
      return code !== undefined;
    });
  }
  expect(codes).toEqual(Array(5).fill(ERRORS.NONE));
  await Promise.all(silent.slice(0, 5).map(({ closed }) => closed));
  await broker.stop();
  expect(broker.lines.length).toBeLessThanOrEqual(2);
});

test('a client that sends no first request, or no further one, is disconnected', async () => {
  const broker = await TestBroker.start({ maxSilentMs: 50, maxIdleMs: 50, partitions: 1 });
  const [silent, idle] = [await broker.client(), await broker.client()];
  await touchTopic(idle, 't');
  const waiting = await broker.client();
  const answer = fetchFrom(waiting, 't', { maxWaitMs: 60_000 });
  await Promise.all([silent.closed, idle.closed]);
  await produceTo(await broker.client(), 't', batchOf());
  expect((await answer).records?.length).toBeGreaterThan(0);
  expect(broker.lines).toEqual([]);
});

test('the errors of a hundred clients are logged as 20 lines and one line with the number of the others', async () => {
  const broker = await TestBroker.start();
  for (let index = 0; index < 100; index++) {
    const hostile = await broker.client();
    hostile.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    await hostile.closed;
  }
  await broker.stop();
  expect(broker.lines).toHaveLength(21);
  expect(broker.lines.at(-1)).toMatch(/^80 more such lines left out; the last line: connection of /);
});
