import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { outcomeOf } from '../outcome.ts';
import { JTL_COLUMNS } from './jtl-columns.ts';
import { readJtl } from './jtl-reader.ts';

/** The test plan has a variable of its own with the name `loop`. */
const HEADER = `${JTL_COLUMNS.join(',')},"loop","qbl.place"`;

/** Reads one row with this text in the column for places. */
async function placeIn(text: string, message = 'OK') {
  const folder = await mkdtemp(join(tmpdir(), 'qbl-place-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'a.jtl');
  await writeFile(
    file,
    `${HEADER}\n1,2,R,200,"${message}",G 1-1,text,true,,1,1,1,1,null,1,0,0,third,${text}\n`,
  );
  for await (const [row] of readJtl(file))
    return row && { place: row.place, loop: row.loop, outcome: outcomeOf(row) };
  throw new Error('no row');
}

it('a row has the place of its message, or no message', async () => {
  expect(await placeIn('2-3-400')).toEqual({
    place: { group: 2, thread: 3, loop: 400, request: 1 },
    loop: 400,
    outcome: 'acked',
  });
  expect(await placeIn('null')).toEqual({ place: null, loop: 0, outcome: 'acked' });
});

it('the row of a transaction has no message, although JMeter repeats the place of its last request', async () => {
  const message = 'Number of samples in transaction : 2, number of failing samples : 0';
  expect(await placeIn('1-1-1', message)).toEqual({ place: null, loop: 0, outcome: 'acked' });
});

it('the outcome of a redirected message is not known, because its row shows another response', async () => {
  expect(await placeIn('2-3-400-redirected')).toMatchObject({
    place: { group: 2, thread: 3, loop: 400 },
    outcome: 'indeterminate',
  });
});

it.each(['', '1-1', '0-1-1', '1-1-x', '1-1-1-1'])('a file with the place "%s" is refused', async (text) => {
  await expect(placeIn(text)).rejects.toThrow(`a.jtl:2: '${text}' is not the place of a message`);
});
