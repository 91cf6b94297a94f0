/**
 * `npm run services -- start [kafka] [cluster] [jmeter] [sqs] [rabbitmq]`, `install`, `stop`: the services for trying
 * things by hand, and the downloads for tests that start their own.
 */

import { startInBackground, stopRunning } from './background.ts';
import { install } from './install.ts';
import { isService, SERVICES } from './service-names.ts';
import { serveUntilStopped } from './supervisor.ts';

const USAGE = `Usage: npm run services -- start [kafka] [cluster] [jmeter] [sqs] [rabbitmq]   all of them by default, beside those that run
       npm run services -- stop
       npm run services -- install                                              only the downloads of all of them
`;

async function main([verb, ...names]: readonly string[]): Promise<number> {
  const services = names.length === 0 ? SERVICES : [...new Set(names.filter(isService))];
  const unknown = names.find((name) => !isService(name));
  if (unknown !== undefined) return usage(`there is no service '${unknown}'`);
  switch (verb) {
    case 'start':
      await install(services, print);
      await startInBackground(services, print);
      return 0;
    case 'install':
      await install(SERVICES, print);
      return 0;
    case 'stop':
      await stopRunning(print);
      return 0;
    case 'supervise':
      await serveUntilStopped(services);
      return 0;
    default:
      return usage(verb === undefined ? 'nothing to do' : `there is no command '${verb}'`);
  }
}

function usage(problem: string): number {
  process.stderr.write(`${problem}\n${USAGE}`);
  return 2;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
