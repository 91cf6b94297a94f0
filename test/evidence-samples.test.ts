import { appendFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NO_IDENTITY } from '../src/message/placement.ts';
import { writeMessage } from '../src/message/write.ts';
import type { Plan } from '../src/plan/plan.ts';
import { tokenRun } from '../src/plan/tokens/token-run.ts';
import { beginRun, endRun, readRun } from '../src/runs/documents/run-json.ts';
import { makeRunFolder, type RunFolder, runFiles } from '../src/runs/run-folder.ts';
import { openJtl } from '../src/samples/jtl/jtl-writer.ts';
import { threadName } from '../src/samples/sample.ts';
import { verifyByReplay } from '../src/verify/replay.ts';
import { evidenceBed } from './support/evidence-bed.ts';
import { EVERY_LOOP, edit, identity, LOOPS, message, plan, sample } from './support/history.ts';
import { summarise } from './support/summarise.ts';

/** Tests what complete and incomplete samples of a sender prove. */

const bed = evidenceBed();
const { send, sent, produce, options, verdictOf, folderOf } = bed;

function startOf(folder: RunFolder): number {
  return readRun(folder)?.startedAtMs ?? 0;
}

describe('samples', () => {
  it('of a killed sender give unknown, and messages without a row count as indeterminate', async () => {
    const folder = await send('killed', { ends: false });
    await edit(runFiles(folder).samples, (text) => `${text.split('\n').slice(0, 9).join('\n')}\n`);
    expect(await verdictOf('killed')).toMatchObject({
      verdict: 'unknown',
      kinds: ['no-end'],
      acked: 8,
      indeterminate: 2,
      recovered: 2,
      unexpected: 0,
      sent: 10,
    });
  });

  it('of a complete run fail if there is a message without a row', async () => {
    await produce(message('more', 11, startOf(await send('more')) + 1));
    const result = await verdictOf('more');
    expect(result).toMatchObject({ verdict: 'fail', unexpected: 1, kinds: ['unexpected'] });
    expect(result.offenders.unexpected.map((offender) => offender.identity?.loop)).toEqual([11]);
  });

  it('of a killed sender do not excuse messages that are not in the plan', async () => {
    const folder = await send('beyond', { ends: false });
    await produce(message('beyond', LOOPS + 1, startOf(folder) + 1));
    expect(await verdictOf('beyond')).toMatchObject({ verdict: 'fail', unexpected: 1, sent: 10 });
  });

  it.each([
    ['an incomplete last row', (text: string) => text.slice(0, -8)],
    [
      'one row fewer than the sender wrote',
      (text: string) => `${text.split('\n').slice(0, 10).join('\n')}\n`,
    ],
    ['a repeated row', (text: string) => `${text + text.split('\n')[10]}\n`],
    [
      'a repeated row in place of another',
      (text: string) => text.replace(/^.*,9\n/m, '').replace(/^.*,10\n/m, '$&$&'),
    ],
    ['a label that the plan does not have', (text: string) => text.replace(',R,', ',Other,')],
    ['a loop that the plan does not have', (text: string) => text.replace(/,10$/m, ',11')],
    ['a thread that the plan does not have', (text: string) => text.replace('G 1-1', 'G 1-2')],
    ['a thread without a number', (text: string) => text.replace('G 1-1', 'G')],
  ])('with %s give unknown', async (_, change) => {
    const folder = await send('unclear');
    await edit(runFiles(folder).samples, change);
    const { verdict, kinds } = await verdictOf('unclear');
    expect([verdict, kinds.includes('unclear-samples')]).toEqual(['unknown', true]);
  });

  it('with an incomplete last row prove the loss of a message in another row', async () => {
    const folder = await send('torn', { drops: [2] });
    await edit(runFiles(folder).samples, (text) => text.slice(0, -8));
    const { verdict, kinds } = await verdictOf('torn');
    expect([verdict, kinds]).toEqual(['fail', ['lost', 'unclear-samples']]);
  });

  it('with two contradictory rows prove no phantom', async () => {
    const folder = await send('twofold');
    await edit(runFiles(folder).samples, (text) => text.replace(/^(.*),200,(.*,5)$/m, '$1,400,$2\n$&'));
    const { verdict, kinds } = await verdictOf('twofold');
    expect([verdict, kinds]).toEqual(['unknown', ['unclear-samples']]);
  });

  it.each([
    ['begin before the run', (at: number) => at - 90_000],
    ['end after the run', (at: number) => at + 90_000],
  ])('that %s belong to another run and prove nothing', async (_, shifted) => {
    const folder = await send('copied', { drops: [2] });
    await edit(runFiles(folder).samples, (text) =>
      text.replaceAll(/^\d{13}/gm, (at) => String(shifted(Number(at)))),
    );
    const result = await verdictOf('copied');
    expect([result.verdict, result.kinds.includes('unclear-samples')]).toEqual(['unknown', true]);
    expect(result.reasons.map(({ text }) => text).join()).toMatch(/samples do not belong to copied/);
  });

  it.each([
    ['a different number of samples', { samples: 11 }],
    ['a different number of acks', { acked: 9 }],
    ['a different start', { firstStartMs: 1 }],
  ])('belong to another run if summary.json has %s', async (_, wrong) => {
    const folder = await send('copied', { drops: [2] });
    await summarise(folder);
    expect(await verdictOf('copied')).toMatchObject({ verdict: 'fail', lost: 1, kinds: ['lost'] });
    await summarise(folder, wrong);
    const result = await verdictOf('copied');
    expect([result.verdict, result.kinds]).toEqual(['unknown', ['unclear-samples']]);
  });

  it('that end after the year 9999 are reported as an error', async () => {
    const folder = await send('endless');
    await edit(runFiles(folder).samples, (text) => text.replace(/(\n\d{13}),1,/, '$1,9007199254740991,'));
    const message = expect.stringContaining('end after the year 9999');
    await expect(verifyByReplay(options('endless'))).rejects.toMatchObject({ exitCode: 2, message });
  });

  it('of a run whose folder was renamed are reported as an error', async () => {
    const folder = await send('named');
    await rename(folder.path, folderOf('renamed').path);
    const message = expect.stringContaining('belongs to run "named"');
    await expect(verifyByReplay(options('renamed'))).rejects.toMatchObject({ exitCode: 2, message });
  });

  it('in another order and with another delimiter give the same verdict', async () => {
    const folder = await send('dialect');
    await edit(runFiles(folder).samples, (text) => {
      const [head = '', ...rows] = text.trimEnd().split('\n');
      const lines = [`\uFEFF${head}`, ...rows.reverse()];
      return `${lines.map((line) => line.replaceAll(',', ';')).join('\r\n')}\r\n`;
    });
    expect(await verdictOf('dialect')).toMatchObject({ verdict: 'pass', acked: 10 });
  });

  it('in another order are matched with messages by their loop', async () => {
    const folder = await send('shuffled', { drops: [4] });
    await edit(runFiles(folder).samples, (text) => {
      const [head = '', ...rows] = text.trimEnd().split('\n');
      const refused = rows.map((row) => (row.endsWith(',4') ? row.replace(',200,', ',400,') : row));
      return `${[head, ...refused.reverse()].join('\n')}\n`;
    });
    expect(await verdictOf('shuffled')).toMatchObject({ verdict: 'pass', rejected: 1, phantom: 0, lost: 0 });
  });

  it("in a user's file with two threads are numbered for each thread", async () => {
    const folder = await send('two');
    const file = join(bed.directory, 'two.jtl');
    const [head = '', ...rows] = (await readFile(runFiles(folder).samples, 'utf8')).trimEnd().split('\n');
    const both = [head, ...rows.flatMap((row) => [row, row.replace('G 1-1', 'G 1-2')])];
    for (const [i, row] of rows.entries()) {
      const sentAtMs = Number(row.split(',')[0]);
      await produce(writeMessage('{"a":1}', { ...identity('two', i + 1), thread: 2 }, sentAtMs));
    }
    await writeFile(file, `${both.map((row) => row.split(',').slice(0, -1).join(',')).join('\n')}\n`);
    await rm(folder.path, { recursive: true });
    const own = await verdictOf('two', { samplesFile: file });
    expect(own).toMatchObject({ verdict: 'pass', acked: 20, received: 20 });
  });

  it("in a user's file without the column loop are numbered for each thread", async () => {
    const folder = await send('own');
    const file = join(bed.directory, 'own.jtl');
    const rows = (await readFile(runFiles(folder).samples, 'utf8')).trimEnd().split('\n');
    await writeFile(file, `${rows.map((row) => row.split(',').slice(0, -1).join(',')).join('\n')}\n`);
    await rm(folder.path, { recursive: true });
    expect(readRun(folder)).toBeNull();
    expect(await verdictOf('own', { samplesFile: file })).toMatchObject({
      verdict: 'pass',
      acked: 10,
      received: 10,
    });
  });

  it("in a user's incomplete file prove no unexpected message", async () => {
    const folder = await send('own-torn');
    const file = join(bed.directory, 'own.jtl');
    await writeFile(file, (await readFile(runFiles(folder).samples, 'utf8')).slice(0, -8));
    await rm(folder.path, { recursive: true });
    const result = await verdictOf('own-torn', { samplesFile: file });
    expect(result.reasons.map(({ text }) => text)).toContain(
      'the last row of the samples of own-torn is incomplete',
    );
    expect(result).toMatchObject({
      verdict: 'unknown',
      kinds: ['no-end', 'unclear-samples'],
      acked: 9,
      recovered: 1,
      unexpected: 0,
    });
  });

  it('of two thread groups with several requests identify each message', async () => {
    const request = (name: string) => ({ ...plan().threadGroups[0]?.requests[0], name });
    const group = (...names: string[]) => ({ ...plan().threadGroups[0], requests: names.map(request) });
    const folder = folderOf('groups');
    await makeRunFolder(folder);
    const theirs = { ...plan(), threadGroups: [group('R'), group('S', 'R')] } as Plan;
    const record = await beginRun(folder, {
      sender: 'blast',
      plan: theirs,
      queue: bed.queue.url,
      qblVersion: '0',
    });
    const jtl = await openJtl(runFiles(folder).samples);
    const rows = [
      { group: 1, request: 1, label: 'R', code: '200' },
      { group: 2, request: 1, label: 'S', code: '400' },
      { group: 2, request: 2, label: 'R', code: '200' },
    ];
    for (const { group, request, label, code } of rows) {
      jtl.write({ ...sample(1, code), label, threadName: threadName('G', group, 1) });
      const its = { ...identity('groups', 1), group, request };
      if (code === '200') await produce(writeMessage('{"a":1}', its, Date.now()));
    }
    await jtl.close();
    await endRun(folder, record, 'completed', rows.length);
    expect(await verdictOf('groups')).toMatchObject({
      verdict: 'pass',
      acked: 2,
      rejected: 1,
      received: 2,
      phantom: 0,
    });
  });

  it('of requests that send no message do not make the samples look like those of another run', async () => {
    const [group] = plan().threadGroups;
    const [request] = group?.requests ?? [];
    if (group === undefined || request === undefined) throw new Error('the plan has no request');
    const login = { ...request, name: 'Login', identity: NO_IDENTITY };
    const its = plan({ threadGroups: [{ ...group, requests: [login, request] }] });
    const value = (run: string, loop: number, atMs: number) =>
      writeMessage('{"a":1}', { ...identity(run, loop), request: 2 }, atMs);
    const folder = await send('logged-in', { plan: its, value });
    await edit(runFiles(folder).samples, (text) => {
      const [head = '', ...rows] = text.trimEnd().split('\n');
      const both = rows.flatMap((row) => [row.replace(',R,', ',Login,'), row]);
      return `${[head, ...both].join('\n')}\n`;
    });
    await edit(runFiles(folder).run, (text) => text.replace('"samples": 10', '"samples": 20'));
    await summarise(folder);
    expect(await verdictOf('logged-in')).toMatchObject({
      verdict: 'pass',
      sent: 10,
      acked: 10,
      received: 10,
    });
    await summarise(folder, { acked: 19 });
    expect((await verdictOf('logged-in')).reasons[0]?.text).toContain(
      '20 of them are acked, but summary.json counts 19',
    );
  });

  it('with a column that is there twice are reported as an error', async () => {
    const folder = await send('twice', { drops: [4] });
    await edit(runFiles(folder).samples, (text) => text.replace('dataType', 'responseCode'));
    await expect(verdictOf('twice')).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('has the column responseCode more than once'),
    });
  });

  it("with the caller's additional statuses count as rejected", async () => {
    const folder = await send('refusing', { drops: [4] });
    await edit(runFiles(folder).samples, (text) => text.replace(/^(.*),200,(.*),4$/m, '$1,418,$2,4'));
    expect(await verdictOf('refusing')).toMatchObject({ verdict: 'pass', indeterminate: 1, unresolved: 1 });
    const result = await verdictOf('refusing', { rejectedStatuses: new Set([418]) });
    expect(result).toMatchObject({ verdict: 'pass', rejected: 1, indeterminate: 0 });
  });

  describe('with a column outcome', () => {
    /** Adds the column `outcome`, which blast writes for a plan with rules. */
    const decided = (folder: RunFolder, words: Readonly<Record<number, string>> = {}) =>
      edit(runFiles(folder).samples, (text) => {
        const [head = '', ...rows] = text.trimEnd().split('\n');
        const lines = rows.map((row, i) => `${row},${words[i + 1] ?? 'acked'}`);
        return `${[`${head},"outcome"`, ...lines].join('\n')}\n`;
      });

    it('have the outcomes of the column, whatever the responses are', async () => {
      await decided(await send('decided', { drops: [4, 7] }), {
        4: 'rejected',
        7: 'indeterminate',
        8: 'indeterminate',
      });
      expect(await verdictOf('decided')).toMatchObject({
        verdict: 'pass',
        acked: 7,
        rejected: 1,
        unresolved: 1,
        recovered: 1,
      });
      await decided(await send('refused', { drops: [4], answer: () => '400' }));
      expect(await verdictOf('refused')).toMatchObject({ verdict: 'fail', acked: 10, lost: 1 });
      await decided(await send('phantom'), { 4: 'rejected' });
      expect(await verdictOf('phantom')).toMatchObject({ verdict: 'fail', rejected: 1, phantom: 1 });
    });

    it.each(['', 'ack', 'Acked', 'null'])('with the word "%s" are unclear', async (word) => {
      await decided(await send('worded', { drops: [4] }), { 4: word });
      const result = await verdictOf('worded');
      expect(result).toMatchObject({
        verdict: 'unknown',
        kinds: ['unclear-samples'],
        acked: 9,
        indeterminate: 1,
      });
      expect(result.reasons.map(({ text }) => text).join()).toContain(
        '1 row of the samples of worded has an outcome other than acked, rejected or indeterminate',
      );
    });

    it('are refused with --rejected-status, which could not change them', async () => {
      await decided(await send('both'));
      await expect(verdictOf('both', { rejectedStatuses: new Set([418]) })).rejects.toMatchObject({
        exitCode: 2,
        message: expect.stringContaining('--rejected-status cannot be used with'),
      });
    });
  });

  it('without the column outcome are unclear if the plan has rules, because the response alone decides nothing', async () => {
    const [group] = plan().threadGroups;
    const [request] = group?.requests ?? [];
    if (group === undefined || request === undefined) throw new Error('the plan has no request');
    const outcome = { acked: [{ json: { '/ok': { oneOf: [true] } } }] };
    const its = plan({ threadGroups: [{ ...group, requests: [{ ...request, outcome }] }] });
    // The endpoint refused loop 2 with status 200, and stored loop 3 with status 400.
    const folder = await send('rewritten', {
      plan: its,
      drops: [2],
      answer: (loop) => (loop === 3 ? '400' : '200'),
    });
    const result = await verdictOf('rewritten');
    expect(result).toMatchObject({ verdict: 'unknown', indeterminate: LOOPS, lost: 0, phantom: 0 });
    expect(result.reasons.map(({ text }) => text).join()).toContain(
      'the samples of rewritten have no column "outcome", but the plan has rules for outcomes',
    );
    await edit(runFiles(folder).samples, (text) =>
      text
        .replaceAll(/,"loop"$/gm, ',"loop","outcome"')
        .replaceAll(/,(\d+)$/gm, (row, loop) => `${row},${loop === '2' ? 'rejected' : 'acked'}`),
    );
    expect(await verdictOf('rewritten')).toMatchObject({ verdict: 'pass', acked: 9, rejected: 1 });
  });

  it('without the hash of a content that the plan compares are unclear, because damage is not noticed', async () => {
    const [group] = plan().threadGroups;
    const [request] = group?.requests ?? [];
    if (group === undefined || request === undefined) throw new Error('the plan has no request');
    const its = plan({
      identity: { kind: 'field', pointer: ['id'] },
      content: { kind: 'whole' },
      threadGroups: [{ ...group, requests: [{ ...request, body: '{"id":"any","a":1}' }] }],
    });
    const value = (run: string, loop: number) => {
      const { codec } = tokenRun(its, { run, startedAtMs: startOf(folderOf(run)) });
      return JSON.stringify({ id: codec.digitsOf(identity(run, loop)), a: loop === 5 ? 999 : 1 });
    };
    await send('unhashed', { plan: its, value });
    const result = await verdictOf('unhashed');
    expect(result).toMatchObject({ verdict: 'unknown', acked: LOOPS, received: LOOPS, notProven: [] });
    expect(result.reasons.map(({ text }) => text).join()).toContain(
      '10 rows of the samples of unhashed have no hash in the column "content", so the content of their messages was not compared',
    );
  });

  it('that a spreadsheet wrote again give the same verdict', async () => {
    const { samples } = runFiles(await send('spread'));
    await edit(samples, (text) => text.replaceAll(',true,', ',TRUE,').replaceAll('\n', '\r\n'));
    expect(await verdictOf('spread')).toMatchObject({ verdict: 'pass', acked: LOOPS });
  });

  it('of a missing run are reported as an error', async () => {
    await expect(verifyByReplay(options('nobody'))).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('run "nobody" not found'),
    });
  });

  it('without a row give unknown', async () => {
    const folder = await send('empty', { ends: false });
    await edit(runFiles(folder).samples, (text) => `${text.split('\n')[0]}\n`);
    const { verdict, kinds } = await verdictOf('empty');
    expect([verdict, kinds]).toEqual(['unknown', ['nothing-acked', 'no-end']]);
  });
});

it.each([
  ['has no samples file', (file: string) => rm(file)],
  ['has an empty samples file', (file: string) => writeFile(file, '')],
])('gives unknown for a sender that was killed before its first row and %s', async (_, change) => {
  const folder = await send('begun', { ends: false });
  await change(runFiles(folder).samples);
  const nothing = { verdict: 'unknown', kinds: ['nothing-acked', 'no-end'], acked: 0, recovered: 10 };
  expect(await verdictOf('begun')).toMatchObject(nothing);
});

it('reports an error if the sender ended but there is no samples file', async () => {
  const folder = await send('robbed');
  await rm(runFiles(folder).samples);
  await expect(verifyByReplay(options('robbed'))).rejects.toMatchObject({ exitCode: 2 });
});

describe('without a run.json', () => {
  /** Writes the rows of a run into a file, as another sender would. Deletes the folder of the run. */
  async function ownFile(folder: RunFolder, change: (rows: string[]) => string[], hasLoops = true) {
    const file = join(bed.directory, 'own.jtl');
    const [head = '', ...rows] = (await readFile(runFiles(folder).samples, 'utf8')).trimEnd().split('\n');
    const lines = [head, ...change(rows)].map((row) => (hasLoops ? row : row.replace(/,[^,]*$/, '')));
    await writeFile(file, `${lines.join('\n')}\n`);
    await rm(folder.path, { recursive: true });
    return file;
  }

  it('a message without a row shows that the file is incomplete', async () => {
    const samplesFile = await ownFile(await send('cut'), (rows) => rows.slice(0, 8));
    expect(await verdictOf('cut', { samplesFile })).toMatchObject({
      verdict: 'unknown',
      kinds: ['unclear-samples'],
      acked: 8,
      recovered: 2,
      unexpected: 0,
    });
  });

  it.each([
    [true, 'pass'],
    [false, 'unknown'],
  ])(
    'a missing row makes the rows after it doubtful, unless they have a loop column: %s',
    async (hasLoops, verdict) => {
      const folder = await send('sieved', { drops: [2], answer: (loop) => (loop === 2 ? '400' : '200') });
      const samplesFile = await ownFile(
        folder,
        (rows) => rows.filter((row) => row.includes(',200,')),
        hasLoops,
      );
      expect(await verdictOf('sieved', { samplesFile })).toMatchObject({ verdict, lost: hasLoops ? 0 : 1 });
    },
  );

  it('messages that are older than the samples do not satisfy their acks', async () => {
    const value = (run: string, loop: number, sentAtMs: number) => message(run, loop, sentAtMs - 600_000);
    const samplesFile = await ownFile(await send('yesterday', { value }), (rows) => rows);
    const result = await verdictOf('yesterday', { samplesFile });
    expect(result).toMatchObject({ verdict: 'unknown', kinds: ['id-reused'], otherExecution: 10 });
  });

  describe('with a warm-up request before each message', () => {
    const withGets = (rows: string[]) => rows.flatMap((row) => [row.replace(',R,', ',Warm up,'), row]);

    it('gives unknown, because any row may be a message', async () => {
      const samplesFile = await ownFile(await send('labels'), withGets, false);
      const result = await verdictOf('labels', { samplesFile });
      expect(result).toMatchObject({
        verdict: 'unknown',
        lost: 0,
        kinds: expect.arrayContaining(['unclear-samples']),
      });
      const texts = result.reasons.map(({ text }) => text).join('\n');
      expect(texts).toContain('labels "Warm up", "R": name the labels of the messages with --label');
    });

    it.each([true, false])(
      'ignores the warm-up if --label names the messages; with a loop column: %s',
      async (hasLoops) => {
        const samplesFile = await ownFile(await send('labels', { drops: [3] }), withGets, hasLoops);
        const named = { samplesFile, labels: ['R'] };
        expect(await verdictOf('labels', named)).toMatchObject({ verdict: 'fail', acked: 10, lost: 1 });
      },
    );
  });

  it.each([true, false])(
    'rows whose loops count from 0 match messages whose loops count from 1; sorted: %s',
    async (isSorted) => {
      const folder = await send('zero', { drops: [3], answer: (loop) => (loop === 3 ? '400' : '200') });
      const samplesFile = await ownFile(folder, (rows) => {
        const fromZero = rows.map((row, i) => row.replace(/,[^,]*$/, `,${i}`));
        return isSorted ? fromZero : fromZero.reverse();
      });
      expect(await verdictOf('zero', { samplesFile })).toMatchObject({
        verdict: 'pass',
        acked: 9,
        rejected: 1,
      });
    },
  );

  it('rows in another order without a loop column are numbered by start time', async () => {
    const folder = await send('sorted', { drops: [3], answer: (loop) => (loop === 3 ? '400' : '200') });
    const samplesFile = await ownFile(
      folder,
      (rows) => {
        // The start times are one millisecond apart, so that no two rows have the same start.
        const spread = rows.map((row, i) => row.replace(/^\d+/, String(Number(row.split(',')[0]) + i)));
        return spread.reverse();
      },
      false,
    );
    expect(await verdictOf('sorted', { samplesFile })).toMatchObject({
      verdict: 'pass',
      acked: 9,
      rejected: 1,
    });
  });

  it('rows in another order with the same start time are not numbered', async () => {
    const folder = await send('tied', { drops: [3], answer: (loop) => (loop === 3 ? '400' : '200') });
    const samplesFile = await ownFile(
      folder,
      (rows) =>
        rows.map((row, i) => row.replace(/^\d+,\d+/, i === 9 ? '1700000000000,1' : '1700000001000,1')),
      false,
    );
    const result = await verdictOf('tied', { samplesFile });
    expect(result.verdict).toBe('unknown');
    expect(result.kinds).toContain('unclear-samples');
  });

  it('samples of another run with the same identities prove nothing', async () => {
    const other = await send('other', { drops: EVERY_LOOP });
    await edit(runFiles(other).samples, (text) =>
      text.replaceAll(/^\d{13}/gm, (at) => String(Number(at) - 90_000)),
    );
    const samplesFile = await ownFile(other, (rows) => rows);
    await send('mine');
    await rm(folderOf('mine').path, { recursive: true });
    const result = await verdictOf('mine', { samplesFile });
    expect(result).toMatchObject({ verdict: 'unknown', kinds: ['id-reused'] });
  });

  it('damage cannot be distinguished from fields that a proxy added', async () => {
    const added = (run: string, loop: number) => JSON.stringify({ ...JSON.parse(message(run, loop)), at: 1 });
    const folder = await send('added', { value: added });
    expect(await verdictOf('added')).toMatchObject({ verdict: 'pass', enriched: 10 });
    const file = join(bed.directory, 'added.jtl');
    await writeFile(file, await readFile(runFiles(folder).samples, 'utf8'));
    await rm(folder.path, { recursive: true });
    const result = await verdictOf('added', { samplesFile: file });
    expect(result).toMatchObject({ verdict: 'unknown', corrupt: 0, received: 10, kinds: ['no-plan'] });
  });

  it('an event about a message proves neither a second copy nor a phantom', async () => {
    const rules = { exactlyOnce: true, ordered: false };
    const folder = await send('audited', {
      drops: [9],
      answer: (loop) => (loop === 9 ? '400' : '200'),
    });
    const event = (loop: number) =>
      JSON.stringify({ audit: 'seen', qbl: JSON.parse(sent('audited', loop)).qbl });
    for (const loop of EVERY_LOOP) await produce(event(loop));
    expect(await verdictOf('audited', { rules })).toMatchObject({ verdict: 'pass', foreign: 10 });
    const samplesFile = join(bed.directory, 'audited.jtl');
    await writeFile(samplesFile, await readFile(runFiles(folder).samples, 'utf8'));
    await rm(folder.path, { recursive: true });
    const planless = () => verdictOf('audited', { samplesFile, rules });
    expect(await planless()).toMatchObject({
      verdict: 'unknown',
      duplicated: 9,
      phantom: 1,
      kinds: ['no-plan'],
    });
  });
});

it('reports garbage at the end of the samples file', async () => {
  const folder = await send('appended');
  await appendFile(runFiles(folder).samples, 'garbage\n');
  await expect(verifyByReplay(options('appended'))).rejects.toMatchObject({ exitCode: 2 });
});
