import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { jmx, jmxElement, props, sampler, threadGroup, variables } from '../../src/plan/jmx/testing/jmx.ts';
import { startRecordingServer } from '../support/recording-server.ts';
import { runFile } from '../support/run-files.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { describeWith } from './describe-with.ts';
import { runSideBySide } from './side-by-side.ts';

/** Tests that JMeter and blast send the same requests with the same timers, and that blast sends none too early. */

const DEADLINE_MS = 120_000;
/** The samples have whole milliseconds. */
const CUT_MS = 2;

/** JMeter edits such a timer as a bean. */
const BEAN = { attributes: 'guiclass="TestBeanGUI"' };

interface Row {
  readonly label: string;
  readonly timeStamp: string;
}

async function rowsOf(file: string): Promise<readonly Row[]> {
  return parse(await readFile(file, 'utf8'), { columns: true });
}

/** The time of the last request of a label. */
function lastOf(rows: readonly Row[], label: string): number {
  return Math.max(...rows.filter((row) => row.label === label).map(({ timeStamp }) => Number(timeStamp)));
}

function throughput(value: string, mode: string): string {
  return jmxElement('ConstantThroughputTimer', 'Throughput', `${props({ throughput: value })}${mode}`, BEAN);
}

function delay(type: string, delayMs: string, range = ''): string {
  const ranged = type === 'ConstantTimer' ? {} : { 'RandomTimer.range': range };
  return jmxElement(type, type, props({ 'ConstantTimer.delay': delayMs, ...ranged }));
}

/** Timers by the name of their request, with the number of loops, and the shortest time from the start of the test to the last request. */
const LOOPS: Readonly<Record<string, readonly [timer: string, loops: number, leastMs: number]>> = {
  Gaussian: [delay('GaussianRandomTimer', '200', '0.0'), 3, 400],
  Poisson: [delay('PoissonRandomTimer', '200', '0'), 3, 400],
  Text: [delay('ConstantTimer', '${__V(wait)}'), 3, 400],
  'Not a number': [delay('ConstantTimer', '${nothing}'), 3, 0],
  'This thread': [throughput('600.0', '<intProp name="calcMode">0</intProp>'), 4, 300],
  'Group as a text': [
    throughput('600', '<stringProp name="calcMode">all active threads in current thread group</stringProp>'),
    4,
    300,
  ],
  'Group shared': [throughput('${__V(rate)}', '<intProp name="calcMode">4</intProp>'), 4, 100],
  Precise: [
    jmxElement(
      'PreciseThroughputTimer',
      'Precise',
      props({ throughput: 10, throughputPeriod: 1, duration: 1, batchSize: 1, randomSeed: 5 }),
      BEAN,
    ),
    12,
    0,
  ],
};

/** Timers of groups with a duration. */
const DURATIONS: Readonly<Record<string, readonly [timer: string, seconds: number]>> = {
  'Delay with a fraction': [delay('ConstantTimer', '19412.5'), 10],
  'Range with a fraction': [delay('UniformRandomTimer', '0', '0.5'), 10],
  'Longer than the group': [delay('ConstantTimer', '60000'), 10],
  'Throughput of 0': [throughput('0.0', '<intProp name="calcMode">0</intProp>'), 10],
};

describeWith(['java', 'mvn'], 'timers', () => {
  test('make JMeter and blast wait alike', { timeout: DEADLINE_MS }, async () => {
    const server = await startRecordingServer();
    const send = (name: string, timer: string) =>
      sampler({
        name,
        body: name,
        properties: { 'HTTPSampler.domain': '127.0.0.1', 'HTTPSampler.port': server.port },
        under: [timer],
      });
    const groups = [
      ...Object.entries(LOOPS).map(([name, [timer, loops]]) =>
        threadGroup({ name, loops, under: [send(name, timer)] }),
      ),
      ...Object.entries(DURATIONS).map(([name, [timer, seconds]]) =>
        threadGroup({
          name,
          loops: 1,
          properties: { 'ThreadGroup.scheduler': true, 'ThreadGroup.duration': seconds },
          under: [send(name, timer)],
        }),
      ),
    ];
    const plan = jmx(variables({ wait: '200', rate: '600' }), ...groups);
    const folder = await tempFolder();
    const { jmeter, blast } = await runSideBySide(folder, plan, () =>
      server
        .taken()
        .map(({ body }) => body.toString('latin1'))
        .sort(),
    );
    expect(blast.code, blast.output).toBe(0);
    expect(blast.seen).toEqual(jmeter.seen);
    expect(new Set(blast.seen)).toEqual(
      new Set([...Object.keys(LOOPS), 'Delay with a fraction', 'Range with a fraction']),
    );
    const rows = await rowsOf(runFile(folder, 'side', 'samples.jtl'));
    const { startedAtMs } = JSON.parse(await readFile(runFile(folder, 'side', 'run.json'), 'utf8'));
    for (const [name, [, , leastMs]] of Object.entries(LOOPS))
      expect(lastOf(rows, name) - startedAtMs, name).toBeGreaterThanOrEqual(leastMs - CUT_MS);
  });
});
