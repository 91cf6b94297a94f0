import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Regex } from '../../src/regex/regex.ts';
import { StepBudget } from '../../src/regex/step-budget.ts';
import { execute } from '../long/tools.ts';
import { qbl } from '../support/qbl.ts';
import { runFile } from '../support/run-files.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { type AssertionCase, CASES, element, flag, response, text } from './assertion-cases.ts';
import { describeWith } from './describe-with.ts';
import { jmeterHome, SHORT_JVM } from './jmeter.ts';
import { REGEX_CASES } from './regex-cases.ts';

/** Tests that assertions have the same results and the same texts in JMeter and in blast. */

const DEADLINE_MS = 120_000;
const PER_GROUP = 90;

interface Row {
  readonly label: string;
  readonly responseCode: string;
  readonly success: string;
  readonly failureMessage: string;
}

describeWith(['java', 'mvn'], 'JMeter and blast evaluate assertions alike', () => {
  let home: string;
  let folder: string;
  let server: Server;

  beforeAll(async () => {
    home = await jmeterHome();
    folder = await makeTempFolder();
    server = await startServer();
  });

  afterAll(async () => {
    server?.close();
    if (folder !== undefined) await removeFolder(folder);
  });

  async function rowsOfJMeter(plan: string): Promise<Row[]> {
    const jar = join(home, 'bin', 'ApacheJMeter.jar');
    const args = ['-n', '-t', plan, '-l', `${plan}.jtl`, '-j', `${plan}.log`];
    await execute('java', [...SHORT_JVM, '-jar', jar, ...args], folder);
    return rowsOf(join(folder, `${plan}.jtl`));
  }

  async function rowsOfBlast(plan: string): Promise<Row[]> {
    const args = ['blast', '--plan', plan, '--run', plan, '--no-identity', '--allow-errors'];
    const ended = await qbl(args, { folder, deadlineMs: DEADLINE_MS });
    expect(ended.code, ended.stderr).toBe(0);
    return rowsOf(runFile(folder, plan, 'samples.jtl'));
  }

  test(
    'each kind of assertion',
    async () => {
      await writeFile(join(folder, 'cases.jmx'), planOf(port(server), CASES));
      const [jmeter, blast] = [await rowsOfJMeter('cases.jmx'), await rowsOfBlast('cases.jmx')];
      expect(jmeter).toHaveLength(CASES.length);
      expect(byName(blast)).toEqual(byName(jmeter));
    },
    DEADLINE_MS,
  );

  test(
    'regular expressions',
    async () => {
      await writeFile(join(folder, 'regex.json'), JSON.stringify(REGEX_CASES));
      const program = join(import.meta.dirname, 'java', 'OroMatches.java');
      const classPath = join(home, 'lib', '*');
      const printed = await execute('java', ['-cp', classPath, program, 'regex.json'], folder);
      const results: ([boolean, boolean] | null)[] = JSON.parse(printed);
      const ours = REGEX_CASES.map(({ pattern, text: subject }) => {
        const regex = new Regex(pattern, new StepBudget());
        return { pattern, subject, found: [regex.isIn(subject), regex.isWhole(subject)] };
      });
      const theirs = REGEX_CASES.map(({ pattern, text: subject }, index) => ({
        pattern,
        subject,
        found: results[index],
      }));
      expect(ours).toEqual(theirs);
    },
    DEADLINE_MS,
  );
});

async function rowsOf(file: string): Promise<Row[]> {
  return parse(await readFile(file, 'utf8'), { columns: true });
}

function byName(rows: readonly Row[]): Record<string, Omit<Row, 'label'>> {
  return Object.fromEntries(
    rows.map(({ label, responseCode, success, failureMessage }) => [
      CASES[Number(label)]?.name ?? label,
      { responseCode, success, failureMessage: CASES[Number(label)]?.hasOwnText ? '' : failureMessage },
    ]),
  );
}

/** A server that gives the answer of a case to the path `/answers/<index of the case>`. */
async function startServer(): Promise<Server> {
  const answering = createServer((request, reply) => {
    const {
      status = 200,
      reason = 'OK',
      headers = {},
      body = '',
    } = CASES[Number(request.url?.split('/').at(-1))]?.answer ?? {};
    const isChunked = 'Transfer-Encoding' in headers;
    const bytes = headers['Content-Encoding'] === 'gzip' ? gzipSync(body) : Buffer.from(body);
    reply.sendDate = false;
    reply.writeHead(status, reason, { ...headers, ...(isChunked ? {} : { 'Content-Length': bytes.length }) });
    request.resume().on('end', () => reply.end(bytes));
  });
  answering.listen(0, '127.0.0.1');
  await once(answering, 'listening');
  return answering;
}

function port(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function planOf(to: number, cases: readonly AssertionCase[]): string {
  const groups: string[] = [];
  for (let from = 0; from < cases.length; from += PER_GROUP) {
    const samplers = cases
      .slice(from, from + PER_GROUP)
      .map((each, index) => sampler(to, from + index, each));
    groups.push(group(samplers.join('')));
  }
  const outer = response(['.'], { field: 'response_code' });
  return `<?xml version="1.0" encoding="UTF-8"?><jmeterTestPlan version="1.2"><hashTree>${element('TestPlan', 'Plan', '', outer + groups.join(''))}</hashTree></jmeterTestPlan>`;
}

function group(under: string): string {
  const loops = `<elementProp name="ThreadGroup.main_controller" elementType="LoopController" guiclass="LoopControlPanel" testclass="LoopController">${text('LoopController.loops', 1)}${flag('LoopController.continue_forever', false)}</elementProp>`;
  return element(
    'ThreadGroup',
    'Group',
    loops +
      text('ThreadGroup.on_sample_error', 'continue') +
      text('ThreadGroup.num_threads', 1) +
      text('ThreadGroup.ramp_time', 0),
    under,
  );
}

function sampler(to: number, index: number, { assertions, sent }: AssertionCase): string {
  const argument =
    sent === undefined
      ? ''
      : `<elementProp name="" elementType="HTTPArgument">${text('Argument.value', sent)}</elementProp>`;
  const body = `<elementProp name="HTTPsampler.Arguments" elementType="Arguments"><collectionProp name="Arguments.arguments">${argument}</collectionProp></elementProp>`;
  return element(
    'HTTPSamplerProxy',
    String(index),
    flag('HTTPSampler.postBodyRaw', true) +
      body +
      text('HTTPSampler.domain', '127.0.0.1') +
      text('HTTPSampler.port', to) +
      text('HTTPSampler.protocol', 'http') +
      text('HTTPSampler.path', `/answers/${index}`) +
      text('HTTPSampler.method', sent === undefined ? 'GET' : 'POST') +
      flag('HTTPSampler.use_keepalive', true),
    assertions.join(''),
  );
}
