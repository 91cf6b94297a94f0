import { createSocket } from 'node:dgram';
import { tmpdir } from 'node:os';
import { expect, it, onTestFinished } from 'vitest';
import { writeDashboard } from './dashboard.ts';
import type { JMeter } from './find.ts';
import { JMeterProcess } from './process.ts';
import { passOnSignals } from './stopping.ts';

/** Runs a Node program in place of JMeter. */
function jmeterOf(program: string): JMeter {
  return { file: process.execPath, arguments: () => ['--eval', program, '--'], environment: () => ({}) };
}

const where = { heap: '1g', directory: tmpdir(), env: process.env };

function start(program: string, onLine?: (line: string) => void): JMeterProcess {
  const started = new JMeterProcess({
    ...where,
    jmeter: jmeterOf(program),
    args: [],
    ...(onLine && { onLine }),
  });
  onTestFinished(started.kill);
  return started;
}

it("passes JMeter's output lines on, shortened, and keeps the last ones", async () => {
  const lines: string[] = [];
  const program = `for (let n = 1; n < 8; n++) console.log('line ' + n); console.log('x'.repeat(600)); process.exitCode = 3`;
  const { code, lastLines } = await start(program, (line) => lines.push(line)).exited;
  expect(code).toBe(3);
  expect(lines).toHaveLength(8);
  expect(lastLines).toBe(`line 4 line 5 line 6 line 7 ${'x'.repeat(500)}`);
});

it('repeatedly asks JMeter to shut down, then to stop now, and finally kills it', async () => {
  const heard: string[] = [];
  const socket = createSocket('udp4', (message) => heard.push(message.toString()));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  onTestFinished(() => void socket.close());
  const jmeter = start('setInterval(() => {}, 1000)');
  const stop = new AbortController();
  const interrupt = new AbortController();
  passOnSignals(jmeter, socket.address().port, { stop: stop.signal, interrupt: interrupt.signal });
  stop.abort();
  await expect.poll(() => heard, { timeout: 10_000 }).toEqual(['Shutdown', 'Shutdown']);
  interrupt.abort();
  expect((await jmeter.exited).code).toBeNull();
  expect(heard.at(-1)).toBe('StopTestNow');
});

const dashboard = { ...where, samplesFile: 's', logFile: 'l', folder: 'f', spanMs: 1_000 };

it('makes a dashboard whose points fit the length of the run', async () => {
  const expects = (granularityMs: number) =>
    jmeterOf(
      `process.exitCode = process.argv.join().includes('overall_granularity=${granularityMs}') ? 0 : 1`,
    );
  await writeDashboard({ ...dashboard, jmeter: expects(2_000) });
  await writeDashboard({ ...dashboard, jmeter: expects(60_000), spanMs: 3_600_000 });
});

it('reports a dashboard that JMeter could not write', async () => {
  const jmeter = jmeterOf(`console.log('disk full'); process.exitCode = 1`);
  await expect(writeDashboard({ ...dashboard, jmeter })).rejects.toMatchObject({
    message: 'JMeter wrote no dashboard: disk full',
    hint: 'See l for details.',
  });
});
