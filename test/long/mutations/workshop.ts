import { type ChildProcess, fork } from 'node:child_process';
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTempFolder, removeFolder } from '../../support/temp-folder.ts';
import { type Mutation, mutated, type Proof } from './mutation.ts';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
const COPIED = ['src', 'test', 'plans', 'package.json', 'tsconfig.json'];
/** Always the same histories, and enough of them to meet each rule of the verdict. */
const ENVIRONMENT = { QBL_HISTORIES: '300', QBL_SIMULATIONS: '300', QBL_SEED: '1' };
const RUNNER = join('test', 'long', 'mutations', 'runner.mjs');
const SETUP = 'setup.mjs';
/**
 * Properties always try the same examples, so a mutation is noticed in each run or in none. That a property fails is
 * enough: nobody reads the smallest example.
 */
const SETUP_TEXT = `import fc from 'fast-check';
fc.configureGlobal({ seed: 1, endOnFailure: true });
`;
/** Longer than any test takes on a busy machine: a mutation may make one wait for what never comes. */
const TEST_TIMEOUT_MS = 60_000;
const DEADLINE_MS = 180_000;
/** Caches of its own, because node_modules is shared with the tree that it is copied from. */
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
  /** Failed by waiting too long, and by nothing else. */
  readonly timedOut: number;
  /** Of the file, when it could not be loaded, and of what is done before and after its tests. */
  readonly suiteErrors: readonly string[];
}

/** The tests did not even end. */
const HUNG: Report = { passed: 0, failed: 0, timedOut: 1, suiteErrors: [] };

/** A copy of the tree, in which one mutation at a time is tried. */
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

  /** Runs the tests on the mutated file, which is as it was afterwards. */
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

  /** @param changed the file that differs from what the tests were run with before */
  async run({ file, named }: Proof, changed: string | null = null): Promise<Report> {
    this.#runner ??= this.#startRunner();
    const runner = this.#runner;
    const deadline = setTimeout(() => runner.kill('SIGKILL'), DEADLINE_MS);
    runner.send({ file: join(this.#folder, file), named, changed });
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

/** Null when the process has ended instead. */
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
