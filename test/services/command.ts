/**
 * `npm run services -- start [kafka] [cluster] [jmeter] [sqs] [rabbitmq]`, `install`, `stop`: starts services for
 * manual tests, and downloads what the tests need.
 */

import { startInBackground, stopRunning } from './background.ts';
import { buildEndpoints, install } from './install.ts';
import { isService, SERVICES } from './service-names.ts';
import { serveUntilStopped } from './supervisor.ts';

const USAGE = `Usage: npm run services -- start [kafka] [cluster] [jmeter] [sqs] [rabbitmq]   start these services (default: all) in addition to running ones
       npm run services -- stop                                                 stop all services
       npm run services -- install                                              only download what the services need
`;

async function main([verb, ...names]: readonly string[]): Promise<number> {
  const services = names.length === 0 ? SERVICES : [...new Set(names.filter(isService))];
  const unknown = names.find((name) => !isService(name));
  if (unknown !== undefined) return usage(`unknown service '${unknown}'`);
  switch (verb) {
    case 'start':
      await install(services, print);
      await startInBackground(services, print);
      return 0;
    case 'install':
      await install(SERVICES, print);
      await buildEndpoints(print);
      return 0;
    case 'stop':
      await stopRunning(print);
      return 0;
    case 'supervise':
      await serveUntilStopped(services);
      return 0;
    default:
      return usage(verb === undefined ? 'no command given' : `unknown command '${verb}'`);
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
