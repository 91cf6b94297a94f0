import { createRequire } from 'node:module';

/** What is used here of kafkajs's src/protocol/requests/metadata/v*\/response.js, version 2.2.4. */
interface MetadataProtocol {
  parse(metadata: TopicsMetadata): Promise<TopicsMetadata>;
}

export interface TopicsMetadata {
  readonly topicMetadata: readonly {
    readonly topicErrorCode: number;
    readonly partitionMetadata: readonly { readonly partitionErrorCode: number; readonly leader: number }[];
  }[];
}

const VERSIONS = [0, 1, 2, 3, 4, 5, 6];
const NONE = 0;

const require = createRequire(import.meta.url);
/** That of version 0 serves every version. */
const { parse: parseStrictly } = metadataProtocol(0);

/**
 * Lets kafkajs know a topic that has partitions without a leader. It throws the metadata of all topics away when
 * one partition comes with an error; Kafka's own clients take an error of a topic for one, and that of a partition
 * for the news that its leader is -1 (Metadata.java, handleMetadataResponse).
 */
export function keepLeaderlessPartitions(): void {
  for (const version of VERSIONS) metadataProtocol(version).parse = parse;
}

function parse(metadata: TopicsMetadata): Promise<TopicsMetadata> {
  const topicMetadata = metadata.topicMetadata.map((topic) => ({
    ...topic,
    partitionMetadata: topic.partitionMetadata.map((it) => ({ ...it, partitionErrorCode: NONE })),
  }));
  return parseStrictly({ ...metadata, topicMetadata });
}

function metadataProtocol(version: number): MetadataProtocol {
  return require(`kafkajs/src/protocol/requests/metadata/v${version}/response`);
}
