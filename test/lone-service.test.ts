import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startBroker } from './support/broker.ts';
import { kill, qbl, startQbl } from './support/qbl.ts';
import { tempFolder } from './support/temp-folder.ts';
import { expectUsageError } from './support/usage-error.ts';

const REFUSED = 'another service is already writing into the run in';

test('refuses a second service of a run until the first one has ended or was killed', async () => {
  const folder = await tempFolder();
  const { address } = await startBroker(folder);
  const args = ['consume', '--run', 'mine', '--queue', `kafka://${address}/orders`];
  const record = async () => JSON.parse(await readFile(join(folder, 'runs', 'mine', 'service.json'), 'utf8'));
  const start = async () => {
    const running = startQbl(args, { folder });
    await running.line(/consuming kafka:/);
    return running;
  };

  const first = await start();
  const before = await record();
  expect(expectUsageError(await qbl(args, { folder }))).toContain(REFUSED);
  expect(expectUsageError(await qbl(['direct', '--run', 'mine', '--port', '0'], { folder }))).toContain(
    REFUSED,
  );
  expect(await record()).toEqual(before);
  await kill(first);

  const second = await start();
  expect((await record()).earlier).toEqual([{ startedAt: before.startedAt, end: null }]);
  second.signal('SIGINT');
  expect((await second.ended).code).toBe(0);
  expect(await readdir(join(folder, 'runs', 'mine'))).not.toContainEqual(expect.stringMatching(/\.sock/));
});

test('refuses a second service without a queue', async () => {
  const folder = await tempFolder();
  const args = ['direct', '--run', 'mine', '--port', '0'];
  const first = startQbl(args, { folder });
  await first.line(/serving POST on/);
  expect(expectUsageError(await qbl(args, { folder }))).toContain(REFUSED);
  first.signal('SIGINT');
  expect((await first.ended).code).toBe(0);
  expect(await readdir(join(folder, 'runs', 'mine'))).not.toContainEqual(expect.stringMatching(/\.sock/));
});
