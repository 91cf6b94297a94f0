import { spawnSync } from 'node:child_process';
import { rabbitmqScripts } from './rabbitmq-scripts.ts';
import { requireTools } from './tools.ts';

/**
 * Installs RabbitMQ by apt-get where it is missing.
 * @throws Error on one line, when that cannot be done
 */
export function installRabbitmq(): void {
  if (rabbitmqScripts() === null) aptGetInstall('rabbitmq-server');
  requireTools('rabbitmq-server');
}

/** RUNLEVEL keeps invoke-rc.d from starting the service of the system, which nobody asked for. */
function aptGetInstall(name: string): void {
  const root = process.getuid?.() === 0;
  const command = ['env', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1', 'apt-get'];
  const [program = 'env', ...args] = root ? command : ['sudo', '-n', ...command];
  for (const step of [['update'], ['install', '-y', '--no-install-recommends', name]]) {
    const { status, error } = spawnSync(program, [...args, ...step], { stdio: 'ignore' });
    if (error !== undefined || status !== 0) {
      throw new Error(
        `RabbitMQ is not installed, and \`apt-get ${step[0]}\` did not work${root ? '' : ' by `sudo -n`'}: install ${name}`,
      );
    }
  }
}
