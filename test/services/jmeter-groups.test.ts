import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readJmx } from '../../src/plan/jmx/import.ts';
import { jmx, jmxPlan, props, sampler, threadGroup } from '../../src/plan/jmx/testing/jmx.ts';
import { execute } from '../long/tools.ts';
import { qbl } from '../support/qbl.ts';
import { runFile } from '../support/run-files.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { describeWith } from './describe-with.ts';
import { jmeterHome, SHORT_JVM, threadGroupPlugIns } from './jmeter.ts';

/** Tests that JMeter and blast run the thread groups of a test plan in the same order, with the same names. */

const DEADLINE_MS = 120_000;
const STEPPING = 'kg.apc.jmeter.threads.SteppingThreadGroup';
const ULTIMATE = 'kg.apc.jmeter.threads.UltimateThreadGroup';

/** A request that the server got: its path, and the number of its connection. */
interface Seen {
  readonly path: string;
  readonly connection: number;
}

describeWith(['java', 'mvn'], 'thread groups of a test plan', () => {
  let home: string;
  let plugIns: string;
  let folder: string;
  let server: Server;
  let seen: Seen[] = [];

  beforeAll(async () => {
    home = await jmeterHome();
    const jars = await threadGroupPlugIns();
    plugIns = (await readdir(jars)).map((name) => join(jars, name)).join(';');
    folder = await makeTempFolder();
    server = await recordingServer((request) => seen.push(request));
  }, DEADLINE_MS);

  afterAll(async () => {
    server?.close();
    if (folder !== undefined) await removeFolder(folder);
  });

  async function byJMeter(name: string) {
    const jar = join(home, 'bin', 'ApacheJMeter.jar');
    const files = ['-t', `${name}.jmx`, '-l', `${name}.jtl`, '-j', `${name}.log`];
    await execute('java', [...SHORT_JVM, '-jar', jar, '-n', ...files, `-Jsearch_paths=${plugIns}`], folder);
    return { rows: await rowsOf(join(folder, `${name}.jtl`)), requests: taken() };
  }

  async function byBlast(name: string, exitCode = 0) {
    const args = ['blast', '--plan', `${name}.jmx`, '--run', name, '--no-identity', '--allow-errors'];
    const ended = await qbl(args, { folder, deadlineMs: DEADLINE_MS });
    expect(ended.code, ended.stderr).toBe(exitCode);
    return { rows: await rowsOf(runFile(folder, name, 'samples.jtl')), requests: taken() };
  }

  function taken(): Seen[] {
    const taken = seen;
    seen = [];
    return taken;
  }

  const to = (path: string) =>
    sampler({
      name: path,
      properties: {
        'HTTPSampler.path': `/${path}`,
        'HTTPSampler.port': (server.address() as AddressInfo).port,
      },
    });

  test(
    'setUp, plain and tearDown groups',
    async () => {
      const group = (type: string, ...paths: string[]) =>
        threadGroup({ type, name: 'G', loops: 2, under: paths.map(to) });
      const text = jmx(
        group('PostThreadGroup', 't1', 't2'),
        group('ThreadGroup', 'm1', 'm2'),
        group('SetupThreadGroup', 's1'),
        group('ThreadGroup', 'm3'),
        group('SetupThreadGroup', 's2', 's3'),
      );
      await writeFile(join(folder, 'kinds.jmx'), text);
      const [jmeter, blast] = [await byJMeter('kinds'), await byBlast('kinds')];
      expect(jmeter.rows).toHaveLength(16);
      expect(sortedRows(blast.rows)).toEqual(sortedRows(jmeter.rows));
      expect(stagesOf(jmeter.requests)).toEqual(['s', 'm', 't']);
      expect(stagesOf(blast.requests)).toEqual(['s', 'm', 't']);
    },
    DEADLINE_MS,
  );

  test(
    'groups one at a time, a stop, and tearDown groups after the stop',
    async () => {
      const stops = { 'ThreadGroup.on_sample_error': 'stoptest' };
      const text = jmxPlan(
        props({ 'TestPlan.serialize_threadgroups': true, 'TestPlan.tearDown_on_shutdown': true }),
        threadGroup({
          type: 'PostThreadGroup',
          name: 'T',
          properties: stops,
          loops: 3,
          under: [to('fail-t1')],
        }),
        threadGroup({ type: 'PostThreadGroup', name: 'T', loops: 2, under: [to('t2'), to('t3')] }),
        threadGroup({ name: 'M', loops: 2, under: [to('m1')] }),
        threadGroup({ name: 'M', properties: stops, loops: 2, under: [to('m2'), to('fail-m3'), to('m4')] }),
        threadGroup({ name: 'M', under: [to('m5')] }),
        threadGroup({ type: 'SetupThreadGroup', name: 'S', under: [to('s1')] }),
        threadGroup({ type: 'SetupThreadGroup', name: 'S', under: [to('fail-s2')] }),
      );
      await writeFile(join(folder, 'serial.jmx'), text);
      // Failed requests end the run before its plan is complete, so blast does not exit with 0.
      const [jmeter, blast] = [await byJMeter('serial'), await byBlast('serial', 3)];
      const paths = ({ requests }: { requests: readonly Seen[] }) =>
        requests.map(({ path }) => path).join(' ');
      expect(paths(jmeter)).toBe('s1 fail-s2 m1 m1 m2 fail-m3 fail-t1 t2 t3 t2 t3');
      expect(paths(blast)).toBe(paths(jmeter));
      expect(blast.rows).toEqual(jmeter.rows);
    },
    DEADLINE_MS,
  );

  test(
    'groups of plug-ins, whose threads open a connection in each loop',
    async () => {
      const others = ultimateRows([[2, 0, 0, 60, 0]]);
      const properties = { 'ThreadGroup.num_threads': 2, flighttime: 60 };
      const text = jmx(
        threadGroup({ type: ULTIMATE, name: 'U', loops: 2, others, under: [to('u1'), to('u2')] }),
        threadGroup({ type: STEPPING, name: 'S', loops: 2, properties, under: [to('s1'), to('s2')] }),
      );
      await writeFile(join(folder, 'plug-ins.jmx'), text);
      const [jmeter, blast] = [await byJMeter('plug-ins'), await byBlast('plug-ins')];
      expect(jmeter.rows).toHaveLength(16);
      expect(sortedRows(blast.rows)).toEqual(sortedRows(jmeter.rows));
      expect(connectionsOf(jmeter.requests)).toEqual({ u: 4, s: 4 });
      expect(connectionsOf(blast.requests)).toEqual({ u: 4, s: 4 });
    },
    DEADLINE_MS,
  );

  test(
    'the start and end of each thread of a plug-in',
    async () => {
      const count = fc.integer({ min: 0, max: 9 });
      const groups = fc.sample(
        fc.oneof(
          fc.record({
            properties: fc.record({
              'ThreadGroup.num_threads': fc.integer({ min: 1, max: 20 }),
              'Threads initial delay': count,
              'Start users count': count,
              'Start users count burst': count,
              'Start users period': count,
              'Stop users count': count,
              'Stop users period': count,
              flighttime: fc.integer({ min: 200, max: 300 }),
              rampUp: count,
            }),
          }),
          fc.record({
            rows: fc.array(
              fc.tuple(fc.integer({ min: 1, max: 9 }), count, count, fc.integer({ min: 1, max: 9 }), count),
              { minLength: 1, maxLength: 4 },
            ),
          }),
        ),
        300,
      );
      await writeFile(join(folder, 'groups.json'), JSON.stringify(groups));
      const program = join(import.meta.dirname, 'java', 'ThreadSchedules.java');
      const classPath = [join(home, 'lib', '*'), join(home, 'lib', 'ext', '*'), plugIns.replaceAll(';', ':')];
      const properties = join(home, 'bin', 'jmeter.properties');
      const classes = [...classPath, join(home, 'bin', 'ApacheJMeter.jar')].join(':');
      const printed = await execute('java', ['-cp', classes, program, properties, 'groups.json'], folder);
      const expected: [number, number][][] = JSON.parse(printed.trim().split('\n').at(-1) ?? '');
      for (const [index, group] of groups.entries()) {
        const text = jmx(
          'rows' in group
            ? threadGroup({ type: ULTIMATE, others: ultimateRows(group.rows) })
            : threadGroup({ type: STEPPING, properties: group.properties }),
        );
        const [imported] = readJmx('plan.jmx', text, {}).plan.threadGroups;
        expect(
          imported?.schedule?.map(({ startMs, endMs }) => [startMs, endMs]),
          JSON.stringify(group),
        ).toEqual(expected[index]);
      }
    },
    DEADLINE_MS,
  );
});

function ultimateRows(rows: readonly (readonly number[])[]): string {
  const texts = rows.map((row, index) => {
    const values = row.map((value) => `<stringProp name="x">${value}</stringProp>`);
    return `<collectionProp name="${index}">${values.join('')}</collectionProp>`;
  });
  return `<collectionProp name="ultimatethreadgroupdata">${texts.join('')}</collectionProp>`;
}

/** Starts a server that answers 500 to a path with `fail`, and 200 to others. */
async function recordingServer(onRequest: (request: Seen) => void): Promise<Server> {
  let connections = 0;
  const numbers = new WeakMap<object, number>();
  const server = createServer((request, response) => {
    const connection = numbers.get(request.socket) ?? ++connections;
    numbers.set(request.socket, connection);
    request.resume();
    request.on('end', () => {
      const path = (request.url ?? '').slice(1);
      onRequest({ path, connection });
      response.statusCode = path.startsWith('fail') ? 500 : 200;
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return server;
}

interface Row {
  readonly threadName: string;
  readonly label: string;
  readonly responseCode: string;
  readonly success: string;
}

async function rowsOf(file: string): Promise<Row[]> {
  const rows: Row[] = parse(await readFile(file, 'utf8'), { columns: true });
  return rows.map(({ threadName, label, responseCode, success }) => ({
    threadName,
    label,
    responseCode,
    success,
  }));
}

/** The rows of each thread in their order. The threads of a stage run at the same time, in any order. */
function sortedRows(rows: readonly Row[]): Row[] {
  const key = ({ threadName, label }: Row) => `${label.slice(0, 1)} ${threadName}`;
  return rows.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

/** The first letters of the paths, each run of the same letter once. */
function stagesOf(requests: readonly Seen[]): string[] {
  const letters = requests.map(({ path }) => path.slice(0, 1));
  return letters.filter((letter, index) => letter !== letters[index - 1]);
}

/** The number of connections by the first letter of their paths. */
function connectionsOf(requests: readonly Seen[]): Record<string, number> {
  const letters = new Map(requests.map(({ path, connection }) => [connection, path.slice(0, 1)]));
  const counts: Record<string, number> = {};
  for (const letter of letters.values()) counts[letter] = (counts[letter] ?? 0) + 1;
  return counts;
}
