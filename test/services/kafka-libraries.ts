import { cached } from './cache.ts';
import { downloadJars } from './maven.ts';

export const KAFKA_VERSION = '4.3.1';

export const KAFKA_FOLDER = `kafka-${KAFKA_VERSION}`;

/** The folder with Kafka's jars, which are downloaded on first use (54 MB). */
export function kafkaLibraries(): Promise<string> {
  const kafka = { group: 'org.apache.kafka', version: KAFKA_VERSION };
  return cached(KAFKA_FOLDER, (folder) =>
    downloadJars(
      [
        { ...kafka, name: 'kafka_2.13' },
        { ...kafka, name: 'kafka-tools' },
        { group: 'org.apache.logging.log4j', name: 'log4j-slf4j-impl', version: '2.25.4' },
      ],
      folder,
    ),
  );
}
