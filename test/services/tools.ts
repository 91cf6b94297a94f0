import { spawnSync } from 'node:child_process';
import { rabbitmqScripts } from './rabbitmq-scripts.ts';

/** Programs that must be on the PATH. RabbitMQ can also be in Debian's folder. */
export type Tool = 'java' | 'mvn' | 'go' | 'cargo' | 'python3' | 'openssl' | 'rabbitmq-server';

/**
 * Arguments with which a tool prints its version. RabbitMQ is missing here, because its script would start
 * RabbitMQ for any argument.
 */
const VERSION_ARGUMENT: Record<Exclude<Tool, 'rabbitmq-server'>, string> = {
  java: '-version',
  mvn: '--version',
  go: 'version',
  cargo: '--version',
  python3: '--version',
  openssl: 'version',
};

const PURPOSE: Record<Tool, string> = {
  java: 'Java 17 or newer is needed to run Kafka, JMeter and the example spring-boot',
  mvn: 'Maven is needed to download Kafka and JMeter, and to build the example spring-boot',
  go: 'Go is needed to build Benthos (the example bento), the example go and the check of docker-compose.yml',
  cargo: 'Rust is needed to build oha, with which the bench compares `qbl blast`',
  python3: 'Python 3.10 or newer is needed to run the example fastapi',
  openssl: 'OpenSSL is needed to create the certificates of the TLS listeners',
  'rabbitmq-server': '`npm run services -- install` installs RabbitMQ with apt-get',
};

/** On Windows, some tools are scripts, which only a shell can start. */
export const NEEDS_SHELL = process.platform === 'win32';

export function missingTools(tools: readonly Tool[]): Tool[] {
  return tools.filter((tool) => !isHere(tool));
}

function isHere(tool: Tool): boolean {
  if (tool === 'rabbitmq-server') return rabbitmqScripts() !== null;
  return spawnSync(tool, [VERSION_ARGUMENT[tool]], { stdio: 'ignore', shell: NEEDS_SHELL }).status === 0;
}

export function describeMissing(tools: readonly Tool[]): string {
  return tools.map((tool) => `${tool} is not on the PATH (${PURPOSE[tool]})`).join('; ');
}

/**
 * Checks that tools are installed.
 * @throws Error with one line if a tool is missing
 */
export function requireTools(...tools: Tool[]): void {
  const missing = missingTools(tools);
  if (missing.length > 0) throw new Error(describeMissing(missing));
}
