import { readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { cleanUp } from '../testing/test-broker.ts';
import { BATCH_BYTES, contentOf, filled, PAYLOADS, repair, stopped } from './testing/ended-broker.ts';

afterEach(cleanUp);

describe('a loss that only the saved lengths reveal', () => {
  /** A killed broker that saved the lengths of its logs some time before it was killed. */
  async function killedAfterNote() {
    const broker = await filled({ lengthsIntervalMs: 20 });
    const [log = ''] = await broker.logFiles();
    const { size } = await stat(log);
    const state = join(broker.dataDirectory, 'state.json');
    await expect.poll(async () => Object.values(await lengthsIn(state))).toEqual([size]);
    const copy = await broker.killedCopy();
    const [copied = ''] = await copy.logFiles();
    return { broker: copy, log: copied, state: join(copy.dataDirectory, 'state.json') };
  }

  test('a log truncated between two batches after the last start is an error', async () => {
    const { broker, log } = await killedAfterNote();
    await truncate(log, BATCH_BYTES[0]);
    await expect(broker.start()).rejects.toMatchObject({
      code: 'data-damaged',
      message: expect.stringContaining(`${log} has ${BATCH_BYTES[0]} bytes, but had`),
    });
  });

  test('half of an acknowledged batch is an error, even at the end of the log', async () => {
    const { broker, log } = await killedAfterNote();
    await truncate(log, (await stat(log)).size - 1);
    await expect(broker.start()).rejects.toMatchObject({ code: 'data-damaged' });
  });

  test('a topic that is missing after a kill is reported by name', async () => {
    const { broker, log } = await killedAfterNote();
    await rm(dirname(log), { recursive: true });
    await broker.start();
    expect(broker.lines).toEqual([expect.stringContaining(`${dirname(log)} no longer exists`)]);
  });

  test('a topic that is missing after a clean stop is an error until repair', async () => {
    const { broker, log } = await stopped();
    await rm(dirname(log), { recursive: true });
    await expect(broker.start()).rejects.toMatchObject({ message: `${dirname(log)} is missing.` });
    expect(await repair(broker)).toHaveLength(1);
    await broker.start();
    expect(broker.lines).toEqual([]);
  });

  test('a damaged file of lengths is an error; repair moves it aside', async () => {
    const { broker, state } = await killedAfterNote();
    await writeFile(state, (await readFile(state, 'utf8')).replace(/:(\d)/, ':9$1'));
    await expect(broker.start()).rejects.toMatchObject({ code: 'data-damaged' });
    expect(await repair(broker)).toEqual([expect.stringContaining(`${state}.aside`)]);
    await broker.start();
    expect((await contentOf(broker)).payloads).toEqual(PAYLOADS);
  });
});

async function lengthsIn(state: string): Promise<Record<string, number>> {
  return JSON.parse(await readFile(state, 'utf8')).content.lengths;
}
