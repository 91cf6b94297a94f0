import { appendFile, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { figuresOf } from '../src/report/comparison/figures-of-run.ts';
import { writeVerification } from '../src/runs/documents/verify-json.ts';
import { runFiles } from '../src/runs/run-folder.ts';
import { verifyByReplay } from '../src/verify/replay.ts';
import { evidenceBed } from './support/evidence-bed.ts';

/** What `qbl report --compare` and `--fail-if` take from the verdict on a run. */

const { send, options, folderOf } = evidenceBed();

async function lostIn(run: string) {
  const { record, histogram } = await verifyByReplay(options(run));
  await writeVerification(folderOf(run), record, histogram, Date.now());
  const { figures } = await figuresOf(folderOf(run));
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
