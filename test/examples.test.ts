import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { freePort } from './support/free-port.ts';
import { IS_WINDOWS, packProject } from './support/npm.ts';
import { connectionError, EXAMPLES, runExample, runScript, verifications } from './support/script.ts';
import { tempFolder } from './support/temp-folder.ts';

/** Time limit for fetching the dependencies of the package over a slow line. */
const FETCH_DEADLINE_MS = 600_000;

beforeEach(({ skip }) => skip(IS_WINDOWS, 'the examples are scripts of a POSIX shell'));

describe('exercise', () => {
  test.each(['qbl', 'naive'])(
    'verifies the YAML plan and the .jmx plan behind the proxy "%s"',
    async (PROXY) => {
      const env = { ...(await ports()), PROXY, THREADS: '5', LOOPS: '4' };
      const folder = await tempFolder();
      const ended = await runExample('exercise', folder, env);
      expect(ended.code, ended.stderr).toBe(0);
      const passed = { verdict: 'pass', acked: 20, received: 20 };
      expect(await verifications(folder)).toMatchObject([passed, passed]);
      expect(await connectionError(env.PROXY_PORT)).toBe('ECONNREFUSED');
      expect(await connectionError(env.BROKER_PORT)).toBe('ECONNREFUSED');
    },
  );

  test('says why a part did not start, and stops the others', async () => {
    const env = await ports();
    await occupy(env.PROXY_PORT);
    const ended = await runExample('exercise', await tempFolder(), env);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain(env.PROXY_PORT);
    expect(await connectionError(env.BROKER_PORT)).toBe('ECONNREFUSED');
  });
});

describe('an example of an endpoint', () => {
  test.each(['PORT', 'BROKER_PORT'] as const)(
    'says before a build that the port in %s is in use',
    async (name) => {
      const { PROXY_PORT: PORT, BROKER_PORT } = await ports();
      const env = { PORT, BROKER_PORT };
      await occupy(env[name]);
      const ended = await runExample('spring-boot', await tempFolder(), env);
      expect(ended).toEqual({
        code: 2,
        stdout: '',
        stderr: `error: Port ${env[name]} is in use.\nhint: Stop the program that uses the port, or set ${name} to another port.\n`,
      });
    },
  );

  test('says that a program is missing', async () => {
    const folder = await tempFolder();
    const { code, stderr } = await runExample('bento', folder, {
      ...(await ports()),
      BENTO: join(folder, 'bento'),
    });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `error: ${join(folder, 'bento')} is not on the PATH.\nhint: Install Bento, or set BENTO to the path of the program.\n`,
    });
  });

  test('says that qbl was not built', async () => {
    const folder = await tempFolder();
    const { code, stderr } = await runExample('express', folder, { QBL: join(folder, 'qbl.js') });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `error: qbl does not start: node ${join(folder, 'qbl.js')}\nhint: Run 'npm ci' in the folder of qbl, with Node 20.19 or newer.\n`,
    });
  });
});

test('express passes, and stops what it started', async () => {
  const { PROXY_PORT: PORT, BROKER_PORT } = await ports();
  const folder = await tempFolder();
  const ended = await runExample('express', folder, { PORT, BROKER_PORT });
  expect(ended.code, ended.stderr).toBe(0);
  const passed = { verdict: 'pass', acked: 500, received: 500, corrupt: 0, foreign: 0, notProven: [] };
  expect(await verifications(folder)).toMatchObject([passed]);
  for (const port of [PORT, BROKER_PORT]) expect(await connectionError(port)).toBe('ECONNREFUSED');
});

describe('ci', () => {
  test(
    'the workflow passes and writes summary and JUnit, and fails when the endpoint is slower than the limit',
    async () => {
      const folder = await tempFolder();
      const { env, steps } = await workflow();
      const runner = { QBL_PACKAGE: (await packProject(folder)).file, RUN: 'ci-1-1' };
      const summary = join(folder, 'summary.md');
      const run = (step: Step, MAX_P99: string) => {
        const values = { ...env, ...runner, GITHUB_STEP_SUMMARY: summary, MAX_P99, MAX_E2E_P99: '1m' };
        // Runs a step of the workflow as GitHub does if the step names no shell.
        return runScript(['bash', '-e', '-c', step.run ?? ''], folder, values);
      };
      for (const step of steps) {
        const { code, stderr } = await run(step, '1m');
        expect(code, `${step.name}: ${stderr}`).toBe(0);
      }
      expect(await readFile(summary, 'utf8')).toMatch(/pass/i);
      for (const file of ['qbl-verdict.xml', 'qbl-limits.xml']) {
        expect(await readFile(join(folder, file), 'utf8')).toContain('<testsuite ');
      }
      const limits = steps.filter(({ name }) => name === 'Check the limits');
      expect(await Promise.all(limits.map((step) => run(step, '0ms')))).toMatchObject([{ code: 1 }]);
    },
    FETCH_DEADLINE_MS,
  );
});

const Step = z.strictObject({
  name: z.string().optional(),
  uses: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
  run: z.string().optional(),
  if: z.string().optional(),
});
type Step = z.infer<typeof Step>;

const Workflow = z.strictObject({
  name: z.string(),
  on: z.strictObject({ pull_request: z.null(), workflow_dispatch: z.null() }),
  permissions: z.strictObject({ contents: z.literal('read') }),
  jobs: z.strictObject({
    'queue-load': z.strictObject({
      'runs-on': z.string(),
      'timeout-minutes': z.number(),
      env: z.record(z.string(), z.string()),
      steps: z.array(Step),
    }),
  }),
});

/** The workflow's environment, and its steps that run a shell. */
async function workflow() {
  const { jobs } = Workflow.parse(parse(await readFile(`${EXAMPLES}ci/queue-load.yml`, 'utf8')));
  const { env, steps } = jobs['queue-load'];
  return { env, steps: steps.filter(({ run }) => run !== undefined) };
}

async function ports() {
  return { BROKER_PORT: String(await freePort()), PROXY_PORT: String(await freePort()) };
}

/** Listens on the port until the test ends. */
async function occupy(port: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(Number(port), '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
}
