import { spawnSync } from 'node:child_process';
import { rabbitmqScripts } from './rabbitmq-scripts.ts';
import { requireTools } from './tools.ts';

/**
 * Installs RabbitMQ with apt-get if it is missing.
 * @throws Error with one line if that fails
 */
export function installRabbitmq(): void {
  if (rabbitmqScripts() === null) aptGetInstall('rabbitmq-server');
  requireTools('rabbitmq-server');
}

/** RUNLEVEL prevents invoke-rc.d from starting the system's own RabbitMQ service. */
function aptGetInstall(name: string): void {
  const root = process.getuid?.() === 0;
  const command = ['env', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1', 'apt-get'];
  const [program = 'env', ...args] = root ? command : ['sudo', '-n', ...command];
  for (const step of [['update'], ['install', '-y', '--no-install-recommends', name]]) {
    const { status, error } = spawnSync(program, [...args, ...step], { stdio: 'ignore' });
    if (error !== undefined || status !== 0) {
      throw new Error(
        `RabbitMQ is not installed, and \`apt-get ${step[0]}\` failed${root ? '' : ' with `sudo -n`'}: install ${name} manually`,
      );
    }
  }
}
