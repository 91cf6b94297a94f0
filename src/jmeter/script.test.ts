import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { foreignPlan } from '../plan/jmx/foreign.ts';
import { jmx, threadGroup } from '../plan/jmx/testing/jmx.ts';
import { writeScript } from './script.ts';

async function hintFor(name: string, existing?: string): Promise<unknown> {
  const directory = await mkdtemp(join(tmpdir(), 'qbl-script-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  if (existing !== undefined) await writeFile(join(directory, existing), '');
  const foreign = foreignPlan(join(directory, name), jmx(threadGroup()), {}, () => {});
  const files = {
    samplesFile: join(directory, 'a.jtl'),
    jmeterResultsFile: join(directory, 'b.jtl'),
    directory,
  };
  const options = { plan: foreign.plan, foreign, run: 'mine', startedAtMs: 0, redact: [], ...files };
  const error = await writeScript(options).catch((cause) => cause);
  return error.hint;
}

it('says how to make room for the copy of a test plan', async () => {
  expect(await hintFor('shop.jmx', '.shop.qbl-mine.jmx')).toContain('Remove the file.');
  expect(await hintFor(`${'x'.repeat(250)}.jmx`)).toContain('Give the test plan a shorter file name');
  expect(await hintFor('no-folder/shop.jmx')).toContain('into a folder that you can write');
});
