import { EXIT_CODES } from '../error.ts';

/** Makes what goes wrong with standard output and standard error end no work. */
export function guardStandardStreams(process: NodeJS.Process): void {
  const { stdout, stderr } = process;
  // There is no other place that could report a lost log line.
  stderr.on('error', () => {});
  let hasFailed = false;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // `qbl verify | head` closes the pipe before the end: nobody reads the rest.
    if (hasFailed || error.code === 'EPIPE') return;
    hasFailed = true;
    stderr.write(`error: cannot write to standard output: ${error.message}\n`);
    // The work goes on, and writes its files. The exit code shows that the output is not complete.
    process.once('exit', () => {
      process.exitCode = EXIT_CODES.environment;
    });
  });
}
