import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startQbl } from './support/qbl.ts';
import { startSlowSqs } from './support/slow-sqs.ts';
import { tempFolder } from './support/temp-folder.ts';
import { until } from './support/until.ts';

test('a service has enough messages in flight for its rate, however long the way to the queue', async () => {
  const folder = await tempFolder();
  const queue = await startSlowSqs();
  const service = startQbl(['consume', '--queue', queue.url, '--rate', '100'], { folder });
  await service.line(/consuming sqs:/);
  // 100 a second over round trips of half a second.
  await until('50 messages in flight', async () => queue.mostInFlight() >= 50);
  service.signal('SIGINT');
  expect((await service.ended).code).toBe(0);
  expect(queue.mostInFlight()).toBeLessThanOrEqual(60);
});

test('a service that misses its rate says so, and how much it reached', async () => {
  const folder = await tempFolder();
  const queue = await startSlowSqs();
  const args = ['consume', '--queue', queue.url, '--rate', '1000000', '--run', 'mine'];
  const service = startQbl(args, { folder });
  await service.line(/consuming sqs:/);
  const timeline = join(folder, 'runs', 'mine', 'timeline.csv');
  const rows = async () => (await readFile(timeline, 'utf8').catch(() => '')).split('\n').length;
  // A row every 100 ms: the pace is judged after 2 s.
  await until('a timeline of some seconds', async () => (await rows()) > 40, 60_000);
  service.signal('SIGINT');
  const { stderr } = await service.ended;
  expect(stderr).toMatch(
    /^warning: the service started [\d,.]+\/s instead of 1,000,000\/s while messages waited/m,
  );
  const { end } = JSON.parse(await readFile(join(folder, 'runs', 'mine', 'service.json'), 'utf8'));
  expect(end.pace).toMatchObject({ configuredPerSecond: 1_000_000, isKept: false });
  expect(end.pace.achievedPerSecond).toBeGreaterThan(0);
});
