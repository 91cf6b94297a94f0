import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startBroker } from './support/broker.ts';
import { qbl, startQbl } from './support/qbl.ts';
import { tempFolder } from './support/temp-folder.ts';

/**
 * Sends a run to a broker, and stops the broker cleanly. Returns the folder, and the path of a log with messages of
 * the run.
 */
async function afterRun() {
  const folder = await tempFolder();
  const broker = await startBroker(folder);
  const queue = `kafka://${broker.address}/orders`;
  const plan = ['--threads', '10', '--loops', '10', '--queue', queue];
  expect((await qbl(['run', ...plan], { folder })).code).toBe(0);
  broker.process.signal('SIGTERM');
  expect((await broker.process.ended).code).toBe(0);
  const topics = join(folder, 'data', 'topics');
  const [id = ''] = await readdir(topics);
  return { folder, queue, broker, log: join(topics, id, '0.log') };
}

const BROKER = ['broker', '--port', '0', '--data', 'data'];

describe('the data folder of qbl broker', () => {
  test('a flipped bit in a log is an error with a hint; repair keeps the bytes that it cuts off, and the broker starts', async () => {
    const { folder, broker, log } = await afterRun();
    const bytes = await readFile(log);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    await writeFile(log, bytes);
    const refused = await qbl(BROKER, { folder });
    expect(refused.code, refused.stderr).toBe(4);
    expect(refused.stderr).toMatch(/^error: \S+0\.log is damaged at byte 0 of \d+/m);
    expect(refused.stderr).toMatch(/^hint: .*qbl broker repair --data/m);
    const repaired = await qbl(['broker', 'repair', '--data', 'data'], { folder });
    expect(repaired.code, repaired.stderr).toBe(0);
    expect(repaired.stdout).toMatch(/^repairs made: 1$/m);
    expect(await readFile(`${log}.cut-at-0`)).toEqual(bytes);
    await startBroker(folder, broker.port);
  });

  test('a folder with foreign files is refused and left unchanged', async () => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'thesis.txt'), 'mine');
    const { code, stderr } = await qbl(['broker', '--port', '0', '--data', '.'], { folder });
    expect(code, stderr).toBe(4);
    expect(stderr).toMatch(/^hint: .*--data/m);
    expect(await readdir(folder)).toEqual(['thesis.txt']);
  });

  test('a broker ends with an error if its data folder is deleted', async () => {
    const folder = await tempFolder();
    const broker = await startBroker(folder);
    await rm(join(folder, 'data'), { recursive: true });
    const { code, stderr } = await broker.process.ended;
    expect(code, stderr).toBe(4);
    expect(stderr).toMatch(/^error: The data folder .* was removed/m);
  });
});

test('qbl broker warns if other machines can reach it', async () => {
  const folder = await tempFolder();
  const open = startQbl(['broker', '--host', '0.0.0.0', '--port', '0'], { folder });
  await open.line(/warning: with --host 0\.0\.0\.0, every machine/);
  open.signal('SIGTERM');
  await open.ended;
});
