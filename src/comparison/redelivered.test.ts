import { describe, expect, test } from 'vitest';
import type { CompareRecord } from '../runs/documents/compare-json.ts';
import { readService, writeService } from '../runs/documents/service-json.ts';
import { compare } from './comparison.ts';
import { acked, comparedRun, many, row, START_MS } from './testing/compared-run.ts';

const run = comparedRun();
const { queueHalf, writeReceipts } = run;

function raise(): never {
  throw new Error('there is no such file');
}

describe('messages that the queue delivered again', () => {
  const end = { processed: 3, redelivered: 1 };
  const three = many(3, () => acked(0, 20));
  const times = (record: CompareRecord | null) => [
    row(record, 'processed')[0],
    row(record, 'time until all messages are processed')[0],
  ];

  async function worked(
    all: readonly (readonly [loop: number, atMs: number])[],
  ): Promise<CompareRecord | null> {
    await queueHalf({}, three, { ...end, processed: 0 });
    await writeReceipts(all.map(([loop, atMs]) => ({ loop, finishedAtMs: START_MS + atMs })));
    const { earlier, ...record } = (await readService(run.folder)) ?? raise();
    await writeService(run.folder, { ...record, earlier, end: { ...(record.end ?? raise()), ...end } });
    return compare(run.folder, null);
  }

  test('do not stand for a message that was never processed', async () => {
    expect(
      times(
        await worked([
          [1, 1_000],
          [2, 2_000],
          [1, 3_000],
        ]),
      ),
    ).toEqual([2, 'never']);
  });

  test('are processed at the first time', async () => {
    const rows = [
      [1, 1_000],
      [2, 2_000],
      [3, 4_000],
      [1, 9_000],
    ] as const;
    expect(times(await worked(rows))).toEqual([3, 4]);
  });

  test('are not counted if receipts are missing', async () => {
    const record = await worked([
      [1, 1_000],
      [2, 2_000],
    ]);
    expect(record?.rows.map(({ name }) => name.trim())).not.toContain('scalability: processed');
    expect(record?.notes.join()).toContain('number of processed messages is unknown');
  });
});
