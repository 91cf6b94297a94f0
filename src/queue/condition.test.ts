import { expect, test } from 'vitest';
import { Condition, within } from './condition.ts';

test('a wait ends with a notification, for everybody', async () => {
  const condition = new Condition();
  const waits = [condition.wait(60_000), condition.wait(60_000)];
  condition.notifyAll();
  await Promise.all(waits);
});

test('a wait ends after its time, and at once when there is none', async () => {
  const condition = new Condition();
  await condition.wait(1);
  await condition.wait(0);
  await condition.wait(-1);
});

test('a wait ends on abort, before or during it', async () => {
  const condition = new Condition();
  await condition.wait(60_000, AbortSignal.abort());
  const controller = new AbortController();
  const wait = condition.wait(60_000, controller.signal);
  controller.abort();
  await wait;
});

test('work that is late leaves the value for late work, and fails as it fails', async () => {
  expect(await within(new Promise(() => {}), 1, 'late')).toBe('late');
  expect(await within(Promise.resolve('done'), 60_000, 'late')).toBe('done');
  await expect(within(Promise.reject(new Error('broken')), 60_000, null)).rejects.toThrow('broken');
});
