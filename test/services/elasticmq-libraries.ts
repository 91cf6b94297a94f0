import { cached } from './cache.ts';
import { downloadJars } from './maven.ts';

const ELASTICMQ_VERSION = '1.7.1';

/** The folder with ElasticMQ's jars, which are downloaded on first use (43 MB). */
export function elasticmqLibraries(): Promise<string> {
  const elasticmq = { group: 'org.elasticmq', name: 'elasticmq-server_3', version: ELASTICMQ_VERSION };
  return cached(`elasticmq-${ELASTICMQ_VERSION}`, (folder) => downloadJars([elasticmq], folder));
}
