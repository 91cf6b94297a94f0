import { createRequire } from 'node:module';

/** The part of kafkajs's src/protocol/requests/metadata/v*\/response.js, version 2.2.4, that qbl uses. */
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
/** kafkajs's parser for version 0 of the answer. It works for every version. */
const { parse: parseStrictly } = metadataProtocol(0);

/**
 * Makes kafkajs accept topics that have partitions without a leader. kafkajs rejects the metadata of all topics if one
 * partition has an error. Kafka's own clients fail only for an error of the topic. If a partition has an error, they
 * set its leader to −1 (Metadata.java, handleMetadataResponse).
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
