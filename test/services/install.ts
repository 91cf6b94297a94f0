import { jmeterHome } from './jmeter.ts';
import { kafkaLibraries } from './kafka-libraries.ts';
import type { ServiceName } from './service-names.ts';
import { requireTools } from './tools.ts';

/**
 * Downloads what the services need and is not there yet.
 * @throws Error on one line, when Java is missing, or Maven where something is to be downloaded
 */
export async function install(
  services: readonly ServiceName[],
  print: (line: string) => void,
): Promise<void> {
  requireTools('java');
  const startedAtMs = performance.now();
  const needsKafka = services.includes('kafka') || services.includes('cluster');
  if (needsKafka) await kafkaLibraries();
  if (services.includes('jmeter')) await jmeterHome();
  print(`downloads: complete after ${seconds(startedAtMs)}`);
}

function seconds(sinceMs: number): string {
  return `${((performance.now() - sinceMs) / 1_000).toFixed(1)} s`;
}
