import { elasticmqLibraries } from './elasticmq-libraries.ts';
import { ENDPOINTS } from './endpoints/endpoints.ts';
import { jmeterHome } from './jmeter.ts';
import { kafkaLibraries } from './kafka-libraries.ts';
import { installRabbitmq } from './rabbitmq-install.ts';
import type { ServiceName } from './service-names.ts';
import { describeMissing, missingTools, requireTools } from './tools.ts';

/**
 * Downloads missing files that the services need, and installs RabbitMQ.
 * @throws Error with one line if Java or Maven is missing, or RabbitMQ cannot be installed
 */
export async function install(
  services: readonly ServiceName[],
  print: (line: string) => void,
): Promise<void> {
  if (services.some((service) => service !== 'rabbitmq')) requireTools('java');
  const startedAtMs = performance.now();
  const needsKafka = services.includes('kafka') || services.includes('cluster');
  if (needsKafka) await kafkaLibraries();
  if (services.includes('jmeter')) await jmeterHome();
  if (services.includes('sqs')) await elasticmqLibraries();
  if (services.includes('rabbitmq')) installRabbitmq();
  print(`downloads: complete after ${seconds(startedAtMs)}`);
}

/**
 * Builds the examples of endpoints that the tests start. Leaves out examples whose tools are missing, and prints
 * their names.
 */
export async function buildEndpoints(print: (line: string) => void): Promise<void> {
  const startedAtMs = performance.now();
  for (const { name, tools, build } of ENDPOINTS) {
    const missing = missingTools(tools);
    if (missing.length === 0) await build();
    else print(`example ${name}: not built: ${describeMissing(missing)}`);
  }
  print(`examples: built after ${seconds(startedAtMs)}`);
}

function seconds(sinceMs: number): string {
  return `${((performance.now() - sinceMs) / 1_000).toFixed(1)} s`;
}
