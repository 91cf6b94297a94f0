import { appendFile, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { figuresOf } from '../src/report/comparison/figures-of-run.ts';
import { writeVerification } from '../src/runs/documents/verify-json.ts';
import { runFiles } from '../src/runs/run-folder.ts';
import { verifyByReplay } from '../src/verify/replay.ts';
import { evidenceBed } from './support/evidence-bed.ts';
import { EVERY_LOOP } from './support/history.ts';
import { workFor } from './support/service-history.ts';
import { summarise } from './support/summarise.ts';

/** What `qbl report --compare` and `--fail-if` take from the verdict on a run. */

const { send, options, folderOf } = evidenceBed();

async function verified(run: string) {
  const { record, histogram, hopHistograms } = await verifyByReplay(options(run));
  await writeVerification(folderOf(run), record, { endToEnd: histogram, hops: hopHistograms }, Date.now());
  const { figures } = await figuresOf(folderOf(run));
  return { record, figures };
}

async function lostIn(run: string) {
  const { record, figures } = await verified(run);
  return { verdict: record.verdict, notFound: record.lost, lost: figures.lost };
}

it('the figure for lost messages is the proven loss', async () => {
  await send('whole');
  expect(await lostIn('whole')).toEqual({ verdict: 'pass', notFound: 0, lost: 0 });
  await send('holed', { drops: [2, 3] });
  expect(await lostIn('holed')).toEqual({ verdict: 'fail', notFound: 2, lost: 2 });
});

it('there is no figure for lost messages if a loss is not proven', async () => {
  const { samples } = runFiles(await send('repeated', { drops: [2] }));
  const last = (await readFile(samples, 'utf8')).trimEnd().split('\n').at(-1);
  await appendFile(samples, `${last}\n`);
  expect(await lostIn('repeated')).toEqual({ verdict: 'unknown', notFound: 1, lost: null });
});

it('there is no figure for lost messages if the verdict fails for another reason, and rows may be missing', async () => {
  await send('killed', { ends: false, answer: (loop) => (loop === 3 ? '400' : '200') });
  expect(await lostIn('killed')).toEqual({ verdict: 'fail', notFound: 0, lost: null });
});

describe('there is a time until everything is processed', () => {
  const nine = EVERY_LOOP.slice(0, 9);

  it('only if no message is left, also none that arrived without an ack', async () => {
    for (const processed of [nine, EVERY_LOOP]) {
      const run = `served-${processed.length}`;
      const folder = await send(run, { answer: (loop) => (loop === 10 ? '500' : '200') });
      await summarise(folder);
      await workFor(folder, { processed, counted: processed.length, drain: false });
      const { record, figures } = await verified(run);
      expect(record).toMatchObject({ acked: 9, recovered: 1 });
      expect(figures.drain === null, run).toBe(processed === nine);
    }
  });

  it('only if no redelivered message stands for one that is left', async () => {
    const folder = await send('again');
    await summarise(folder);
    await workFor(folder, { processed: [...nine, 9], counted: 10, drain: false });
    expect((await verified('again')).figures.drain).toBeNull();
  });
});
