import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { jmx, jmxElement, props, sampler, threadGroup } from '../src/plan/jmx/testing/jmx.ts';
import { qbl } from './support/qbl.ts';
import { startRecordingServer } from './support/recording-server.ts';
import { tempFolder } from './support/temp-folder.ts';

const plan = (port: number) =>
  jmx(
    jmxElement(
      'CSVDataSet',
      'Data',
      props({ filename: 'users.csv', variableNames: 'user', recycle: false, stopThread: true }),
    ),
    threadGroup({
      loops: -1,
      properties: { 'ThreadGroup.num_threads': 3 },
      under: [
        sampler({
          body: '${user}',
          properties: { 'HTTPSampler.domain': '127.0.0.1', 'HTTPSampler.port': port },
        }),
      ],
    }),
  );

it('ends the threads at the end of a file, and completes the run', async () => {
  const server = await startRecordingServer();
  const folder = await tempFolder();
  await writeFile(join(folder, 'plan.jmx'), plan(server.port));
  await writeFile(join(folder, 'users.csv'), 'ana\nluis\neva\nrosa\n');
  const ended = await qbl(['blast', '--plan', 'plan.jmx', '--run', 'csv'], { folder });
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  const bodies = server.taken().map(({ body }) => body.toString());
  expect(bodies.toSorted()).toEqual(['ana', 'eva', 'luis', 'rosa']);
});

it('reports a missing file in one line, before a run starts', async () => {
  const folder = await tempFolder();
  await writeFile(join(folder, 'plan.jmx'), plan(9));
  const ended = await qbl(['blast', '--plan', 'plan.jmx', '--run', 'csv'], { folder });
  expect(ended.code).toBe(2);
  expect(ended.stderr).toMatch(/cannot read the file ".*users\.csv" of a CSV Data Set: ENOENT/);
  expect(existsSync(join(folder, 'runs', 'csv'))).toBe(false);
});
