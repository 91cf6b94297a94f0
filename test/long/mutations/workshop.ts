import { type ChildProcess, fork } from 'node:child_process';
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTempFolder, removeFolder } from '../../support/temp-folder.ts';
import { type Mutation, mutated, type Proof } from './mutation.ts';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
const COPIED = ['src', 'test', 'plans', 'package.json', 'tsconfig.json'];
/**
 * Settings with which the tests always use the same histories. 300 histories are enough to use each rule of the
 * verdict.
 */
const ENVIRONMENT = { QBL_HISTORIES: '300', QBL_SIMULATIONS: '300', QBL_SEED: '1' };
const RUNNER = join('test', 'long', 'mutations', 'runner.mjs');
const SETUP = 'setup.mjs';
/**
 * With a fixed seed, properties always try the same examples. So a mutation is found in each run or in none. fast-check
 * does not search for the smallest failing example, because nobody reads it.
 */
const SETUP_TEXT = `import fc from 'fast-check';
fc.configureGlobal({ seed: 1, endOnFailure: true });
`;
/**
 * Time limit for a test. It is longer than any test takes on a busy machine, because a mutation may make a
 * test wait forever.
 */
const TEST_TIMEOUT_MS = 60_000;
const DEADLINE_MS = 180_000;
/** A configuration with caches of its own, because the copy shares node_modules with the original tree. */
const CONFIG = `export default {
  cacheDir: '.cache',
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    setupFiles: ['${SETUP}'],
    expect: { poll: { timeout: ${TEST_TIMEOUT_MS} } },
    experimental: { fsModuleCache: true, fsModuleCachePath: '.cache/modules' },
    testTimeout: ${TEST_TIMEOUT_MS},
    bail: 1,
    pool: 'threads',
    reporters: [{}],
  },
};
`;

/** What happened to the tests of a file. */
export interface Report {
  readonly passed: number;
  readonly failed: number;
  /** Number of tests that failed only because they waited too long. */
  readonly timedOut: number;
  /** Errors of the file itself: it could not be loaded, or its setup or clean-up failed. */
  readonly suiteErrors: readonly string[];
}

/** The result that is reported if the tests did not end. */
const HUNG: Report = { passed: 0, failed: 0, timedOut: 1, suiteErrors: [] };

/** A copy of the project, in which one mutation at a time is tried. */
export class Workshop {
  readonly #folder: string;
  #runner: ChildProcess | null = null;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(): Promise<Workshop> {
    const folder = await makeTempFolder();
    for (const name of COPIED) await cp(join(PROJECT, name), join(folder, name), { recursive: true });
    await symlink(join(PROJECT, 'node_modules'), join(folder, 'node_modules'), 'junction');
    await writeFile(join(folder, SETUP), SETUP_TEXT);
    await writeFile(join(folder, 'vitest.config.ts'), CONFIG);
    return new Workshop(folder);
  }

  /** Runs the tests with the mutated file, and then restores the file. */
  async tryOut(mutation: Mutation): Promise<Report> {
    const path = join(this.#folder, mutation.file);
    const text = await readFile(path, 'utf8');
    await writeFile(path, mutated(text, mutation));
    try {
      return await this.run(mutation.provenBy, path);
    } finally {
      await writeFile(path, text);
    }
  }

  /**
   * Runs tests.
   * @param changed the file whose content differs from the last run
   */
  async run({ file, others = [], named }: Proof, changed: string | null = null): Promise<Report> {
    this.#runner ??= this.#startRunner();
    const runner = this.#runner;
    const deadline = setTimeout(() => runner.kill('SIGKILL'), DEADLINE_MS);
    const files = [file, ...others].map((each) => join(this.#folder, each));
    runner.send({ files, named, changed });
    const report = await answerOf(runner);
    clearTimeout(deadline);
    if (report === null) this.#runner = null;
    return report ?? HUNG;
  }

  #startRunner(): ChildProcess {
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^VITEST/.test(name)));
    return fork(join(this.#folder, RUNNER), {
      cwd: this.#folder,
      env: { ...env, ...ENVIRONMENT },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }

  async close(): Promise<void> {
    this.#runner?.kill('SIGKILL');
    await removeFolder(this.#folder);
  }
}

/** Waits for the answer of the test process. Null if the process ended without an answer. */
function answerOf(runner: ChildProcess): Promise<Report | null> {
  return new Promise((resolve) => {
    const onExit = () => resolve(null);
    runner.once('exit', onExit);
    runner.once('message', (report: Report) => {
      runner.off('exit', onExit);
      resolve(report);
    });
  });
}
