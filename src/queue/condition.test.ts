import { expect, test } from 'vitest';
import { Condition, within } from './condition.ts';

test('a notification ends every wait', async () => {
  const condition = new Condition();
  const waits = [condition.wait(60_000), condition.wait(60_000)];
  condition.notifyAll();
  await Promise.all(waits);
});

test('a wait ends after its timeout, and at once if the timeout is 0', async () => {
  const condition = new Condition();
  await condition.wait(1);
  await condition.wait(0);
  await condition.wait(-1);
});

test('an abort before or during a wait ends it', async () => {
  const condition = new Condition();
  await condition.wait(60_000, AbortSignal.abort());
  const controller = new AbortController();
  const wait = condition.wait(60_000, controller.signal);
  controller.abort();
  await wait;
});

test('within() resolves to late on timeout; the work continues and its later error is handled', async () => {
  expect(await within(new Promise(() => {}), 1, 'late')).toBe('late');
  expect(await within(Promise.resolve('done'), 60_000, 'late')).toBe('done');
  await expect(within(Promise.reject(new Error('broken')), 60_000, null)).rejects.toThrow('broken');
});
