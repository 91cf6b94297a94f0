import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian's own scripts; those on the PATH there are wrappers that insist on the user `rabbitmq`. */
const DEBIAN_SCRIPTS = '/usr/lib/rabbitmq/bin';
const PACKAGE = 'rabbitmq-server';

/**
 * The folder with RabbitMQ's scripts. Where it is not installed, apt-get installs it.
 * @throws Error on one line, when it is not here and cannot be installed
 */
export function rabbitmqScripts(): string {
  const found = findScripts();
  if (found !== null) return found;
  aptGetInstall();
  const installed = findScripts();
  if (installed === null) throw new Error(`apt-get has installed ${PACKAGE}, but its scripts are not there`);
  return installed;
}

function findScripts(): string | null {
  const folders = [DEBIAN_SCRIPTS, ...(process.env['PATH'] ?? '').split(delimiter)];
  return folders.find((folder) => existsSync(join(folder, 'rabbitmq-server'))) ?? null;
}

/** RUNLEVEL keeps invoke-rc.d from starting the service of the system, which nobody asked for. */
function aptGetInstall(): void {
  const root = process.getuid?.() === 0;
  const command = ['env', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1', 'apt-get'];
  const [program = 'env', ...args] = root ? command : ['sudo', '-n', ...command];
  for (const step of [['update'], ['install', '-y', '--no-install-recommends', PACKAGE]]) {
    const { status, error } = spawnSync(program, [...args, ...step], { stdio: 'ignore' });
    if (error !== undefined || status !== 0) {
      throw new Error(
        `RabbitMQ is not installed, and \`apt-get ${step[0]}\` did not work${root ? '' : ' by `sudo -n`'}: install ${PACKAGE}`,
      );
    }
  }
}
