import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { startBroker } from './support/broker.ts';
import { type Parts, startBlast, startParts, startServe, startTap } from './support/by-hand.ts';
import { storedMessages } from './support/kafka.ts';
import { kill, qbl, type Running } from './support/qbl.ts';
import { runFile } from './support/run-files.ts';
import { tempFolder } from './support/temp-folder.ts';
import { until } from './support/until.ts';
import { countsOf, recordOf } from './support/verification.ts';

/** A plan with more requests than any test sends. Each test ends its sender earlier. */
const ENDLESS = { threads: 10, loops: 100_000, rate: 400 };

async function untilStored({ broker, topic }: Parts, count: number): Promise<void> {
  await until(`${count} stored messages`, async () => (await storedMessages(broker.address, topic)) >= count);
}

async function interrupt(sender: Running): Promise<void> {
  sender.signal('SIGINT');
  expect((await sender.ended).code, 'interrupted').toBe(130);
}

async function replay({ folder }: Parts) {
  const ended = await qbl(['verify', 'mine', '--json'], { folder });
  return { code: ended.code, record: recordOf(ended) };
}

test('keeps every acknowledged message if serve is killed and restarted', async () => {
  const parts = await startParts(await tempFolder());
  const tap = await startTap(parts);
  const sender = startBlast(parts, ENDLESS);
  await untilStored(parts, 150);
  await kill(parts.serve);
  const storedBefore = await storedMessages(parts.broker.address, parts.topic);
  await startServe(parts.folder, parts.queue, new URL(parts.url).port);
  await untilStored(parts, storedBefore + 150);
  await interrupt(sender);

  const ended = await tap.ended;
  const record = recordOf(ended);
  expect({ code: ended.code, record }).toMatchObject({ code: 0, record: { verdict: 'pass' } });
  expect(record).toMatchObject({ lost: 0, phantom: 0, unexpected: 0, corrupt: 0, drained: true });
  expect(record.rejected + record.indeterminate).toBeGreaterThan(0);
  expect(record.received).toBeGreaterThan(storedBefore);
  const again = await replay(parts);
  expect(again.code).toBe(0);
  expect(countsOf(again.record)).toEqual(countsOf(record));
});

test('the verdict is unknown if blast is killed, because its last sends are unknown', async () => {
  const parts = await startParts(await tempFolder());
  const tap = await startTap(parts);
  const sender = startBlast(parts, ENDLESS);
  await untilStored(parts, 400);
  await kill(sender);
  tap.signal('SIGINT');

  const ended = await tap.ended;
  const seen = { code: ended.code, record: recordOf(ended) };
  for (const { code, record } of [seen, await replay(parts)]) {
    expect({ code, record }).toMatchObject({ code: 3, record: { verdict: 'unknown' } });
    expect(record.reasons.map(({ kind }) => kind)).toContain('no-end');
    expect(record).toMatchObject({ lost: 0, phantom: 0, unexpected: 0, corrupt: 0 });
    expect(record.acked).toBeGreaterThan(0);
    expect(record.received).toBeGreaterThanOrEqual(400);
  }
});

test('keeps every acknowledged message if the broker is killed and restarted', async () => {
  const parts = await startParts(await tempFolder());
  const tap = await startTap(parts);
  const sender = startBlast(parts, ENDLESS);
  await untilStored(parts, 150);
  await kill(parts.broker.process);
  const samples = runFile(parts.folder, 'mine', 'samples.jtl');
  await until('a sample that failed', async () => /,50[34],/.test(await readFile(samples, 'utf8')));
  await startBroker(parts.folder, parts.broker.port);
  const storedBefore = await storedMessages(parts.broker.address, parts.topic);
  await untilStored(parts, storedBefore + 150);
  await interrupt(sender);

  const { code, record } = await replay(parts);
  expect({ code, record }).toMatchObject({ code: 0, record: { verdict: 'pass' } });
  expect(record).toMatchObject({ lost: 0, phantom: 0, unexpected: 0, corrupt: 0, drained: true });
  expect(record.rejected + record.indeterminate).toBeGreaterThan(0);
  expect(record.received).toBeGreaterThanOrEqual(storedBefore + 150);
  // The live reader can report an unknown verdict, but must not report a lost message.
  expect(recordOf(await tap.ended)).toMatchObject({ lost: 0, phantom: 0, unexpected: 0, corrupt: 0 });
});
