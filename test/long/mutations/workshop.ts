import { spawn } from 'node:child_process';
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTempFolder, removeFolder } from '../../support/temp-folder.ts';
import type { Mutation, Proof } from './mutation.ts';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
const COPIED = ['src', 'test', 'plans', 'package.json', 'tsconfig.json'];
/** So many histories meet each rule of the verdict many times. */
const ENVIRONMENT = { QBL_HISTORIES: '300' };
const REPORT = 'report.json';
const SETUP = 'setup.mjs';
/** That a property fails is enough: nobody reads the smallest example. */
const SETUP_TEXT = `import fc from 'fast-check';
fc.configureGlobal({ endOnFailure: true });
`;
/** A mutation may make a test wait for what never comes. */
const TEST_TIMEOUT_MS = 20_000;
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
    reporters: ['json'],
    outputFile: '${REPORT}',
  },
};
`;

/** What vitest's report says of a run. */
export interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  /** Files that could not even be loaded count here and not among the tests. */
  readonly numFailedTestSuites: number;
}

/** A copy of the tree, in which one mutation at a time is tried. */
export class Workshop {
  readonly #folder: string;

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
  async tryOut({ file, from, to, provenBy }: Mutation): Promise<Report> {
    const path = join(this.#folder, file);
    const text = await readFile(path, 'utf8');
    const found = text.split(from).length - 1;
    if (found !== 1) throw new Error(`${file} has ${found} times, and not once: ${from}`);
    await writeFile(
      path,
      text.replace(from, () => to),
    );
    try {
      return await this.run(provenBy);
    } finally {
      await writeFile(path, text);
    }
  }

  async run({ file, named }: Proof): Promise<Report> {
    const report = join(this.#folder, REPORT);
    await writeFile(report, '');
    const filter = named === undefined ? [] : ['--testNamePattern', named];
    const printed = await this.#vitest(['run', file, ...filter]);
    const text = await readFile(report, 'utf8');
    if (text === '') throw new Error(`vitest left no report:\n${printed}`);
    return JSON.parse(text);
  }

  #vitest(args: readonly string[]): Promise<string> {
    const program = join(PROJECT, 'node_modules', 'vitest', 'vitest.mjs');
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^VITEST/.test(name)));
    const child = spawn(process.execPath, [program, ...args], {
      cwd: this.#folder,
      env: { ...env, ...ENVIRONMENT },
      timeout: DEADLINE_MS,
    });
    let printed = '';
    child.stdout.on('data', (text) => (printed += text));
    child.stderr.on('data', (text) => (printed += text));
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', () => resolve(printed));
    });
  }

  close(): Promise<void> {
    return removeFolder(this.#folder);
  }
}
