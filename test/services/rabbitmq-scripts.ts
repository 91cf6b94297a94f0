import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian's own scripts. The scripts on the PATH are wrappers that require the user `rabbitmq`. */
const DEBIAN_SCRIPTS = '/usr/lib/rabbitmq/bin';

/** The folder with RabbitMQ's scripts. Null if RabbitMQ is not installed. */
export function rabbitmqScripts(): string | null {
  const folders = [DEBIAN_SCRIPTS, ...(process.env['PATH'] ?? '').split(delimiter)];
  return folders.find((folder) => existsSync(join(folder, 'rabbitmq-server'))) ?? null;
}
