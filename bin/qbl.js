#!/usr/bin/env node
try {
  const { main, processContext } = await import('../dist/cli/main.js');
  process.exitCode = await main(process.argv.slice(2), processContext());
} catch (error) {
  // Node's loader opens many files at once, before qbl can say what went wrong.
  if (error.code !== 'EMFILE' && error.code !== 'ENFILE') throw error;
  process.stderr.write("error: too many open files\nhint: Raise the limit with 'ulimit -n 4096'.\n");
  process.exitCode = 4;
}
