#!/usr/bin/env node
try {
  const { main, processContext } = require('../dist/main.cjs');
  main(process.argv.slice(2), processContext()).then((exitCode) => {
    process.exitCode = exitCode;
  });
} catch (error) {
  // Loading the code opens files. If the limit of open files is too low, loading fails before main() can report the
  // error.
  if (error.code !== 'EMFILE' && error.code !== 'ENFILE') throw error;
  process.stderr.write("error: too many open files\nhint: Raise the limit with 'ulimit -n 4096'.\n");
  process.exitCode = 4;
}
