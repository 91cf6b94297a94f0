import { EXIT_CODES } from '../error.ts';

/** Lets the command continue if standard output or standard error fails. */
export function guardStandardStreams(process: NodeJS.Process): void {
  const { stdout, stderr } = process;
  // Ignores an error of standard error, because it cannot be reported anywhere else.
  stderr.on('error', () => {});
  let hasFailed = false;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Ignores that the program which reads the output has closed the pipe. In `qbl verify | head`, for example, `head`
    // ends before it has read the whole output.
    if (hasFailed || error.code === 'EPIPE') return;
    hasFailed = true;
    stderr.write(`error: cannot write to standard output: ${error.message}\n`);
    // The command continues and writes its files. The exit code shows that the output is incomplete.
    process.once('exit', () => {
      process.exitCode = EXIT_CODES.environment;
    });
  });
}
