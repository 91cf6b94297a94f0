import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jtlHeader } from '../../src/samples/jtl/jtl-columns.ts';
import { NOT_ENQUEUED } from '../../src/samples/outcome.ts';
import { MAX_RULE_BODY_BYTES } from '../../src/samples/rules/json-body.ts';
import { execute } from '../long/tools.ts';
import { freePort } from '../support/free-port.ts';
import { qbl } from '../support/qbl.ts';
import { runFile } from '../support/run-files.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { describeWith } from './describe-with.ts';
import { jmeterHome, SHORT_JVM } from './jmeter.ts';

/** Tests that JMeter's script and blast decide the same outcomes by the same rules for the same responses. */

const DEADLINE_MS = 200_000;

type Answer = (response: ServerResponse) => void;

const json =
  (body: string | Buffer, status = 200, headers: Record<string, string | string[]> = {}): Answer =>
  (response) =>
    response.writeHead(status, headers).end(body);

const long = (bytes: number) => `{"ok": true, "pad": "${' '.repeat(bytes - 24)}"}`;

const ANSWERS: readonly Answer[] = [
  json('{"ok": true}'),
  json('{"ok": true}', 202, { 'X-Ack': 'yes' }),
  json('{"ok": true}', 202, { 'X-Ack': ['no', 'yes'] }),
  json('{"ok": true}', 202, { 'x-ack': ' no\t' }),
  json('{"ok": false}'),
  json('{"ok": "true"}'),
  json('{"ok": null}'),
  json('{"ok": true, "error": "full"}'),
  json('{"error": null}'),
  json('{"error": {"code": 7}}', 503),
  json('{"offsets":[{"partition":0,"offset":12}]}'),
  json('{"offsets":[{"error_code":2,"error":"x"}]}'),
  json('{"offsets":[{"error_code":2.0e0}]}'),
  json('{"offsets":[{"error_code":-0}]}'),
  json('{"offsets":[{"error_code":0.0}]}'),
  json('{"offsets":[{"error_code":1e999}]}'),
  json('{"offsets":[]}'),
  json('{"offsets":{"0":{"error_code":2}}}'),
  json('{"offsets":{"00":{"error_code":2}}, "a/b": {"~c": [1, {"d": []}]}}'),
  json('{"a/b": {"~c": [1.0, {"d": []}]}}'),
  json('{"a/b": {"~c": [1, {"d": [], "e": 1}]}}'),
  json('{"ok": false, "ok": true}'),
  json('{"ok": true, "ok": true}'),
  json('{"ok": [], "o\\u006b": {}}'),
  json('{"other": 1, "other": 2, "ok": true}'),
  json('{"error": 1, "error": 2, "ok": true}'),
  json('{"offsets": [{"error_code": 2, "error_code": 2}]}'),
  json('{"offsets": [{"error_code": 2}], "offsets": []}'),
  json('{"a/b": {"~c": [1, {"d": [], "d": []}]}}'),
  json('{"a/b": {"~c": [2, {"d": [], "d": []}]}}'),
  json('{"a/b": {"~c": [1, {"d": [], "d": []}]}, "a/b": 1}'),
  json('{"\\u006fk": true}'),
  json('\uFEFF{"ok": true}'),
  json(' \r\n\t{"ok": true} \n'),
  json('true'),
  json('"text"'),
  json(''),
  json('OK'),
  json('{"ok": true} x'),
  json('{"ok": true,}'),
  json("{'ok': true}"),
  json('{ok: true}'),
  json('{"ok": true /* no */}'),
  json('{"ok": true, "n": 01}'),
  json('{"ok": true, "n": NaN}'),
  json('{"ok": true, "n": .5}'),
  json('{"ok": true, "n": +1}'),
  json('{"ok": true, "t": "a\nb"}'),
  json('{"ok": true, "t": "\\x"}'),
  json('{"ok": true, "t": "\\ud800"}'),
  json(Buffer.from('{"ok": true, "t": "\xff"}', 'latin1')),
  json(Buffer.from('{"ok": true}', 'utf16le')),
  json('[1, 2'),
  json(gzipSync('{"ok": true}'), 200, { 'Content-Encoding': 'gzip' }),
  json('{"ok": true}', 200, { 'Content-Encoding': 'identity' }),
  json(long(MAX_RULE_BODY_BYTES)),
  json(long(MAX_RULE_BODY_BYTES + 1)),
  json('{"ok": true}', 400),
  json('{"ok": true}', 409),
  json('{"ok": true}', 500),
  (response) => response.writeHead(204).end(),
  (response) => response.writeHead(302, { Location: '/elsewhere' }).end('{"ok": true}'),
  (response) => response.writeHead(503, NOT_ENQUEUED).end('{"ok": true}'),
  (response) => response.writeHead(200, NOT_ENQUEUED).end('{"ok": true}'),
  (response) =>
    response.writeHead(200, { 'Content-Length': 40 }).write('{"ok": true}', () => response.socket?.end()),
  (response) => response.socket?.end(),
];

/** The rules for outcomes, by name. Each set of rules becomes the rules of a plan. */
const RULES: Readonly<Record<string, string>> = {
  none: '',
  'acked by body': '{acked: [{status: 2xx, json: {/ok: true}}]}',
  'rejected by body':
    '{rejected: [{json: {/error: {present: true}}}, {json: {/offsets/0/error_code: {oneOf: [2, 0, "x"]}}}]}',
  both: '{acked: [{status: [200, 409, 500-503], json: {/ok: {oneOf: [true, null]}}}], rejected: [{json: {/error: {present: true}}}, {status: 400}]}',
  header:
    '{acked: [{header: {X-ACK: "yes"}}, {header: {x-ack: {present: false}}, json: {"/a~1b/~0c": [1, {d: []}]}}], rejected: [{header: {x-ack: {oneOf: ["no"]}}}]}',
  absent: '{acked: [{json: {/error: {present: false}, /ok: {present: true}}}]}',
  whole: '{acked: [{json: {"": {oneOf: [true, {error: null}, {ok: true}]}}}, {json: {/t: "${b\\\\c}"}}]}',
};

function plan(url: string, refusedUrl: string): string {
  const requests = Object.entries(RULES).map(
    ([name, rules]) =>
      `      - {name: ${name}, url: '${url}', body: '{}'${rules === '' ? '' : `, outcome: ${rules}`}}\n`,
  );
  return `
threadGroups:
  - name: Answers
    loops: ${ANSWERS.length}
    requests:
${requests.join('')}
  - name: Refused
    loops: 1
    requests: [{name: refused, url: '${refusedUrl}', body: '{}', outcome: {acked: [{status: 2xx}], rejected: [{status: 400}]}}]
`;
}

describeWith(['java', 'mvn'], "the rules of a plan's outcomes in JMeter", () => {
  let folder: string;
  let server: ReturnType<typeof createServer>;
  let outcomes: Record<'blast' | 'jmeter', Record<string, string>>;

  beforeAll(async () => {
    folder = await makeTempFolder();
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += chunk;
      ANSWERS[JSON.parse(body).qbl.loop - 1]?.(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    const refused = `http://127.0.0.1:${await freePort()}/send`;
    await writeFile(join(folder, 'plan.yaml'), plan(`http://127.0.0.1:${address.port}/send`, refused));
    outcomes = { blast: await outcomesOf('blast'), jmeter: await outcomesOf('jmeter') };
  });

  afterAll(async () => {
    server?.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await removeFolder(folder);
  });

  async function outcomesOf(sender: 'blast' | 'jmeter'): Promise<Record<string, string>> {
    const env = { JMETER_HOME: await jmeterHome(), JVM_ARGS: SHORT_JVM.join(' ') };
    const ended = await qbl([sender, '--run', sender, '--allow-errors', '--plan', 'plan.yaml'], {
      folder,
      env,
      deadlineMs: DEADLINE_MS,
    });
    expect(ended.code, ended.stderr).toBe(0);
    const text = await readFile(runFile(folder, sender, 'samples.jtl'), 'utf8');
    expect(text.split('\n', 1)).toEqual([jtlHeader(['outcome'])]);
    const rows: { label: string; loop: string; outcome: string }[] = parse(text, { columns: true });
    return Object.fromEntries(rows.map(({ label, loop, outcome }) => [`${label} | ${loop}`, outcome]).sort());
  }

  test('JMeter decides each outcome as blast does', () => {
    expect(Object.keys(outcomes.blast)).toHaveLength(ANSWERS.length * Object.keys(RULES).length + 1);
    expect(outcomes.jmeter).toEqual(outcomes.blast);
  });

  test('each rule gives each outcome that it can give for some response', () => {
    const of = (name: string) =>
      [...new Set(ANSWERS.map((_, index) => outcomes.jmeter[`${name} | ${index + 1}`]))].sort();
    for (const name of Object.keys(RULES))
      expect(of(name), name).toEqual(['acked', 'indeterminate', 'rejected']);
    expect(outcomes.jmeter['refused | 1']).toBe('rejected');
  });

  test("JMeter's dashboard reads samples with the column outcome", async () => {
    const dashboard = join(folder, 'dashboard');
    const jar = join(await jmeterHome(), 'bin', 'ApacheJMeter.jar');
    const samples = runFile(folder, 'blast', 'samples.jtl');
    const args = ['-g', samples, '-o', dashboard, '-j', 'dashboard.log'];
    await execute('java', [...SHORT_JVM, '-jar', jar, ...args], folder);
    const statistics = JSON.parse(await readFile(join(dashboard, 'statistics.json'), 'utf8'));
    expect(statistics['Total']).toMatchObject({ sampleCount: Object.keys(outcomes.blast).length });
  });

  test("the script ran without an error in JMeter's log", async () => {
    const log = await readFile(runFile(folder, 'jmeter', 'apache-jmeter.log'), 'utf8');
    expect(log).not.toMatch(/ (WARN|ERROR) /);
  });
});
