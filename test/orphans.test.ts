import { chmod, readdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { childrenOf, untilGone } from './support/processes.ts';
import { kill, startQbl } from './support/qbl.ts';
import { tempFolder } from './support/temp-folder.ts';
import { until } from './support/until.ts';

describe.skipIf(process.platform === 'win32')('a killed command leaves no process behind:', () => {
  test('the children of qbl run end, and the data of the broker are removed', async () => {
    const folder = await tempFolder();
    const run = startQbl(['run', '--loops', '100000', '--rate', '50', '--rate-tolerance', '100%'], {
      folder,
    });
    await run.line(/^tap /m);
    const children = await until('four processes', async () => {
      const started = await childrenOf(run.pid);
      return started.length === 4 && started;
    });
    expect(await brokerFolders(folder)).toHaveLength(1);
    await kill(run);
    await untilGone(children);
    expect(await brokerFolders(folder)).toEqual([]);
  });

  test('the JMeter of qbl jmeter ends', async () => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'jmeter'), '#!/bin/sh\necho started\nexec sleep 600\n');
    await chmod(join(folder, 'jmeter'), 0o755);
    const env = { JMETER_HOME: '', PATH: `${folder}${delimiter}${process.env['PATH']}` };
    const jmeter = startQbl(['jmeter', '--url', 'http://127.0.0.1:9/'], { folder, env });
    // JMeter and the process that watches it.
    const children = await until('two processes', async () => {
      const started = await childrenOf(jmeter.pid);
      return started.length === 2 && started;
    });
    await kill(jmeter);
    await untilGone(children);
  });
});

async function brokerFolders(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith('qbl-broker-'));
}
