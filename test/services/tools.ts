import { spawnSync } from 'node:child_process';
import { rabbitmqScripts } from './rabbitmq-scripts.ts';

/** Programs that have to be on the PATH; RabbitMQ may also be where Debian puts it. */
export type Tool = 'java' | 'mvn' | 'go' | 'openssl' | 'rabbitmq-server';

/** RabbitMQ's script would start it, whatever it is given. */
const VERSION_ARGUMENT: Record<Exclude<Tool, 'rabbitmq-server'>, string> = {
  java: '-version',
  mvn: '--version',
  go: 'version',
  openssl: 'version',
};

const PURPOSE: Record<Tool, string> = {
  java: 'Java 17 or newer, which Kafka and JMeter run on',
  mvn: 'Maven, which downloads Kafka and JMeter',
  go: 'Go, which builds the check of docker-compose.yml',
  openssl: 'OpenSSL, which makes the certificates of the TLS listeners',
  'rabbitmq-server': 'RabbitMQ, which `npm run services -- install` installs where apt-get can',
};

/** On Windows some of them are scripts, which only a shell starts. */
export const NEEDS_SHELL = process.platform === 'win32';

/** Of the tools those that cannot be run here. */
export function missingTools(tools: readonly Tool[]): Tool[] {
  return tools.filter((tool) => !isHere(tool));
}

function isHere(tool: Tool): boolean {
  if (tool === 'rabbitmq-server') return rabbitmqScripts() !== null;
  return spawnSync(tool, [VERSION_ARGUMENT[tool]], { stdio: 'ignore', shell: NEEDS_SHELL }).status === 0;
}

/** What to say about tools that are missing, on one line. */
export function describeMissing(tools: readonly Tool[]): string {
  return tools.map((tool) => `${tool} is not on the PATH (${PURPOSE[tool]})`).join('; ');
}

/** @throws Error on one line, when one of the tools is not here */
export function requireTools(...tools: Tool[]): void {
  const missing = missingTools(tools);
  if (missing.length > 0) throw new Error(describeMissing(missing));
}
