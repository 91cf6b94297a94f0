// Runs test files one after the other in one vitest process, because starting vitest costs more than most of
// the tests. A message names the files to run, and another message answers with the results of its tests.
import { createVitest } from 'vitest/node';

const opening = createVitest('test', { watch: false, config: 'vitest.config.ts' });

process.on('message', async (job) => process.send(await run(job)));
process.on('disconnect', () => process.exit());

/**
 * Runs test files, until one has a failed test. `changed` is a file whose content differs from the last run,
 * and that gets its old content before the next run.
 */
async function run({ files, named, changed }) {
  const vitest = await opening;
  vitest.setGlobalTestNamePattern(named ?? '');
  if (changed !== null) vitest.invalidateFile(changed);
  const modules = [];
  for (const file of files) {
    modules.push(await runFile(vitest, file));
    // One failed test is enough, and the tests of the other files may be slow.
    if (reportOf(modules).failed > 0) break;
  }
  if (changed !== null) vitest.invalidateFile(changed);
  return reportOf(modules);
}

async function runFile(vitest, file) {
  const specification = vitest.getRootProject().createSpecification(file);
  const { testModules } = await vitest.runTestSpecifications([specification]);
  return testModules.find(({ moduleId }) => moduleId === specification.moduleId);
}

function reportOf(testModules) {
  const tests = testModules.flatMap(({ children }) => [...children.allTests()]).map((test) => test.result());
  const failed = tests.filter(({ state }) => state === 'failed').map(({ errors }) => errors);
  return {
    passed: tests.filter(({ state }) => state === 'passed').length,
    failed: failed.filter((errors) => !errors.every(isTimeout)).length,
    timedOut: failed.filter((errors) => errors.every(isTimeout)).length,
    suiteErrors: testModules
      .flatMap((testModule) => [testModule, ...testModule.children.allSuites()])
      .flatMap((suite) => suite.errors().map(({ message }) => message)),
  };
}

/** Whether the error is the time-out of a test or of `expect.poll`. */
function isTimeout({ message, cause }) {
  return /^Test timed out in/.test(message) || cause?.message === 'Matcher did not succeed in time.';
}
