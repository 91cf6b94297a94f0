import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { qbl } from '../support/qbl.ts';
import { runFile } from '../support/run-files.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { describeWith } from './describe-with.ts';
import { jmeterHome } from './jmeter.ts';

const DEADLINE_MS = 120_000;
/** A row that has the time of the end would begin this long after its request. */
const ANSWER_MS = 1_200;

/** Settings that users and other test plans put into the file user.properties of a JMeter. */
const userProperties = (otherPort: number) => `
host=127.0.0.1
port=${otherPort}
threads=7
loops=3
sampleresult.timestamp.start=false
httpsampler.max_bytes_to_store_per_request=20
httpclient.socket.http.cps=1
jmeter.save.saveservice.hostname=true
jmeter.save.saveservice.sample_count=true
`;

const plan = (url: string) => `
outcome:
  rejected:
    - json: { /ok: false }
threadGroups:
  - name: g
    threads: 2
    loops: 2
    requests:
      - { name: Send, url: '${url}', body: '{}' }
`;

/** A JMeter that shares the files of another one, but has its own settings. */
async function jmeterWith(settings: string, shared: string, home: string): Promise<string> {
  await mkdir(home);
  await symlink(join(shared, 'lib'), join(home, 'lib'));
  await cp(join(shared, 'bin'), join(home, 'bin'), { recursive: true });
  await writeFile(join(home, 'bin', 'user.properties'), settings);
  return home;
}

describeWith(['java', 'mvn'], 'a JMeter with user.properties', () => {
  let shared: string;
  beforeAll(async () => {
    shared = await jmeterHome();
  });

  test('sends the plan as it is, and decides outcomes by whole bodies', {
    timeout: DEADLINE_MS,
  }, async () => {
    const folder = await tempFolder();
    const arrivals: number[] = [];
    const server = createServer((request, response) => {
      arrivals.push(Date.now());
      request.resume();
      setTimeout(() => response.end('{"reason":"the queue is full","ok":false}'), ANSWER_MS);
    });
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    await writeFile(join(folder, 'plan.yaml'), plan(`http://127.0.0.1:${port}/send`));
    const home = await jmeterWith(userProperties(await freePort()), shared, join(folder, 'jmeter'));
    const args = ['jmeter', '--jmeter-home', home, '--plan', 'plan.yaml', '--run', 'mine', '--json'];
    const ended = await qbl(args, { folder, deadlineMs: DEADLINE_MS });
    expect(ended.code, ended.stderr).toBe(1);
    expect(JSON.parse(ended.stdout).statistics).toMatchObject({ samples: 4, acked: 0, rejected: 4 });
    expect(arrivals).toHaveLength(4);
    const [, ...rows] = (await readFile(runFile(folder, 'mine', 'samples.jtl'), 'utf8')).trim().split('\n');
    const starts = rows.map((row) => Number(row.split(',')[0])).sort((a, b) => a - b);
    // JMeter computes its times from another clock than Node, so the times of the two can differ by some milliseconds.
    for (const [index, start] of starts.entries())
      expect(start).toBeLessThan((arrivals[index] ?? 0) + ANSWER_MS / 2);
  });
});
