import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startBroker } from './support/broker.ts';
import { kill, qbl, startQbl } from './support/qbl.ts';
import { tempFolder } from './support/temp-folder.ts';
import { until } from './support/until.ts';
import { recordOf } from './support/verification.ts';

const SENT = 300;

test('proves that a killed service and its successor processed each message', async () => {
  const folder = await tempFolder();
  const { address } = await startBroker(folder);
  const queue = ['--queue', `kafka://${address}/orders`];
  const size = ['--threads', '10', '--loops', String(SENT / 10)];
  const sent = await qbl(['run', '--run', 'mine', ...queue, ...size, '--json'], { folder });
  expect(recordOf(sent)).toMatchObject({ verdict: 'pass', acked: SENT, service: null });
  const rows = async () => {
    const text = await readFile(join(folder, 'runs', 'mine', 'receipts.csv'), 'utf8').catch(() => '');
    return text.split('\n').length - 2;
  };
  const judge = async () => recordOf(await qbl(['verify', 'mine', '--json'], { folder }));

  const consume = ['consume', '--run', 'mine', ...queue, '--drain', '--concurrency', '4'];
  const killed = startQbl([...consume, '--work', '20ms'], { folder });
  await until('some receipts', async () => (await rows()) > SENT / 10);
  await kill(killed);
  const halfway = await judge();
  expect(halfway).toMatchObject({ verdict: 'unknown', service: { ended: false } });
  expect(halfway.reasons.map(({ kind }) => kind)).toEqual(['service-unfinished']);
  expect(halfway.service?.unprocessed).toBe(SENT - (halfway.service?.processed ?? 0));

  // The group removes the killed member only after its session timeout.
  const second = startQbl(consume, { folder, deadlineMs: 100_000 });
  await second.line(/consuming kafka:/);
  second.signal('SIGINT');
  expect((await second.ended).code).toBe(0);
  const whole = await judge();
  expect(whole).toMatchObject({
    verdict: 'pass',
    received: SENT,
    service: { ended: true, processed: SENT, deadLettered: 0, unprocessed: 0, failedAttempts: 0 },
  });
  const { stdout } = await qbl(['verify', 'mine'], { folder });
  expect(stdout).toMatch(
    /service: processed 300 {2}processed twice \d+ {2}dead-lettered 0 {2}unprocessed 0 {2}failed attempts 0\n/,
  );
});
