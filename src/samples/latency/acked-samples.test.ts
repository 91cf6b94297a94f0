import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { outcomeOf } from '../outcome.ts';
import { readAckedSamples } from './acked-samples.ts';
import { percentileMs } from './histogram.ts';

/** The outcomes by the default rule, without a plan. */
const OUTCOMES = { of: outcomeOf, sendsMessage: () => true, unclearText: null };

async function jtl(rows: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'qbl-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'samples.jtl');
  const header = 'timeStamp,elapsed,label,responseCode,responseMessage,threadName,success';
  await writeFile(file, `${[header, ...rows].join('\n')}\n`);
  return file;
}

test('reads the end times of acknowledged samples, sorted by time', async () => {
  const file = await jtl([
    '1000,500,a,200,OK,g 1-1,true',
    '900,3,a,503,Not Enqueued,g 1-2,false',
    '1010,20,a,202,Accepted,g 1-2,true',
    '1020,9000,a,504,Gateway Timeout,g 1-3,false',
    '1030,1,a,302,Found,g 1-3,true',
  ]);
  const { timesMs, firstStartMs, latency, samples } = await readAckedSamples(file, OUTCOMES);
  expect([...timesMs]).toEqual([1030, 1500]);
  expect(firstStartMs).toBe(900);
  expect(samples).toBe(5);
  expect(latency.totalCount, 'only acknowledged samples').toBe(2);
  expect(percentileMs(latency, 100)).toBeCloseTo(500, 0);
});

test('reads all samples of a large file', async () => {
  const file = await jtl(Array.from({ length: 5000 }, (_, i) => `${10_000 - i},1,a,200,OK,g 1-1,true`));
  const { timesMs } = await readAckedSamples(file, OUTCOMES);
  expect([timesMs.length, timesMs[0], timesMs.at(-1)]).toEqual([5000, 5002, 10_001]);
});
