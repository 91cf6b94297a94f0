import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, onTestFinished, test as plainTest } from 'vitest';
import { startBroker } from './support/broker.ts';
import { connectProducer } from './support/kafka.ts';
import { startLyingProxy } from './support/lying-proxy.ts';
import { childrenOf, commandLinesOf } from './support/processes.ts';
import { qbl, startQbl } from './support/qbl.ts';
import { runFile } from './support/run-files.ts';
import { tempFolder } from './support/temp-folder.ts';
import { until } from './support/until.ts';

/** Tests what qbl prints during each phase, and how Ctrl-C ends each phase. */

const isWindows = process.platform === 'win32';
const test = plainTest.skipIf(isWindows);
/** Arguments with which the wait at the end of the queue is so long that only Ctrl-C ends it. */
const PATIENT = ['--settle', '10m'];

/** A broker, and a proxy that acknowledges five messages and enqueues four of these messages. */
async function lossy() {
  const folder = await tempFolder();
  const { address } = await startBroker(folder);
  const producer = await connectProducer(address);
  onTestFinished(() => producer.disconnect());
  let received = 0;
  const url = await startLyingProxy(producer, 'lossy', async ({ body }, enqueue) => {
    if (++received !== 3) await enqueue(body);
    return 200;
  });
  const queue = `kafka://${address}/lossy`;
  const plan = ['--queue', queue, '--url', url, '--threads', '1', '--loops', '5'];
  return { folder, plan };
}

describe('settling', () => {
  test('is logged with the missing messages and the remaining time, and ends at once on Ctrl-C', async () => {
    const { folder, plan } = await lossy();
    await qbl(['blast', '--run', 'mine', ...plan], { folder });
    const verify = startQbl(['verify', 'mine', ...PATIENT], { folder });
    const line = await verify.line(/^settling .*$/m);
    expect(line).toMatch(/^settling [█░]{20} 1 acknowledged message missing {2}\d+ s left$/);
    verify.signal('SIGINT');
    const { code, stdout, stderr } = await verify.ended;
    expect(code, stderr).toBe(130);
    expect(stderr).toContain('stopping: the verdict uses only the messages read so far (press');
    expect(stdout).toMatch(/UNKNOWN {2}run mine\n(.*\n)* {2}interrupted: /);
    expect(`${stdout}${stderr}`).not.toContain('\u001b');
  });

  test('is logged by qbl run too, and ends on Ctrl-C with a verdict on what was read', async () => {
    const { folder, plan } = await lossy();
    const run = startQbl(['run', '--run', 'mine', ...plan, ...PATIENT, '--json'], { folder });
    await run.line(/^settling .* 1 acknowledged message missing .*$/m);
    run.signal('SIGINT');
    const { code, stdout, stderr } = await run.ended;
    expect(code, stderr).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'unknown', reasons: [{ kind: 'interrupted' }] });
    expect(stderr).toContain('stopping: the verdict uses only the messages read so far');
    expect(stderr).not.toContain('sending has ended');
  });
});

test.each([[['verify', 'mine']], [['verify', '--follow', '--run', 'new']]])(
  'a second Ctrl-C ends %j while the queue does not answer',
  async (args) => {
    const folder = await tempFolder();
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    onTestFinished(() => void silent.close());
    await once(silent, 'listening');
    const queue = `kafka://127.0.0.1:${(silent.address() as AddressInfo).port}/orders`;
    const load = ['--threads', '1', '--loops', '1', '--url', 'http://127.0.0.1:1/send', '--allow-errors'];
    await qbl(['blast', '--run', 'mine', '--queue', queue, ...load], { folder });
    const verify = startQbl([...args, '--queue', queue], { folder });
    await new Promise((resolve) => silent.once('connection', resolve));
    verify.signal('SIGINT');
    await verify.line(/^stopping: .*\(press Ctrl-C again to stop at once\)/m);
    // The same signal counts once within 0.2 s.
    await new Promise((resolve) => setTimeout(resolve, 300));
    verify.signal('SIGINT');
    expect(await verify.ended).toMatchObject({ code: 130 });
  },
);

test('reports Ctrl-C before anything was sent, and does not mention a verification', async () => {
  const folder = await tempFolder();
  const run = startQbl(['run', '--loops', '100000'], { folder });
  await run.line(/^broker /m);
  run.signal('SIGINT');
  const { code, stderr } = await run.ended;
  expect(code, stderr).toBe(130);
  expect(stderr).toContain('error: stopped before anything was sent\n');
  expect(stderr).not.toMatch(/verified|has ended|was killed|interrupted before/);
});

test('reports no failed part if Ctrl-C ends the sender before it is ready', async () => {
  const folder = await tempFolder();
  const run = startQbl(['run', '--loops', '100000'], { folder });
  // A terminal sends the signal to all processes in the foreground.
  const sender = await until('the sender', async () => {
    for (const pid of await childrenOf(run.pid)) {
      const commandLine = await commandLinesOf([pid]).catch(() => '');
      if (commandLine.includes(' blast ')) return pid;
    }
    return null;
  });
  process.kill(sender, 'SIGINT');
  run.signal('SIGINT');
  const { code, stderr } = await run.ended;
  expect(code, stderr).toBe(130);
  expect(stderr).not.toContain('before it was ready');
});

test('notes with the verdict that Ctrl-C stopped the run early', async () => {
  const folder = await tempFolder();
  const args = ['run', '--run', 'mine', '--threads', '1', '--duration', '1h', '--rate', '50'];
  const run = startQbl(args, { folder });
  const samples = runFile(folder, 'mine', 'samples.jtl');
  await until('a sample', async () => /200,OK/.test(await readFile(samples, 'utf8').catch(() => '')));
  run.signal('SIGINT');
  const { code, stdout, stderr } = await run.ended;
  expect(code, stderr).toBe(130);
  expect(stdout).toContain('PASS  run mine');
  expect(stderr).toMatch(/^note: the run was stopped early, after [\d,]+ requests?$/m);
});

test('says that the queue is gone if the run started its own broker', async () => {
  const folder = await tempFolder();
  const run = await qbl(['run', '--run', 'mine', '--threads', '2', '--loops', '2', '--json'], { folder });
  expect(run.code, run.stderr).toBe(0);
  const { code, stderr } = await qbl(['verify', 'mine'], { folder });
  expect(code).toBe(4);
  expect(stderr).toMatch(
    /^error: the queue kafka:\S+ no longer exists: qbl run stopped its broker at the end of run/m,
  );
  expect(stderr).toMatch(/qbl run --keep/);
});
