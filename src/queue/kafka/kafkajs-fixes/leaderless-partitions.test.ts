import { createRequire } from 'node:module';
import { beforeEach, describe, expect, it } from 'vitest';
import { keepLeaderlessPartitions, type TopicsMetadata } from './leaderless-partitions.ts';

const require = createRequire(import.meta.url);
const LEADER_NOT_AVAILABLE = 5;
const UNKNOWN_TOPIC_OR_PARTITION = 3;

/** Parses an answer as kafkajs does: looks up the protocol by its version. */
function parse(version: number, metadata: TopicsMetadata): Promise<TopicsMetadata> {
  const { protocol } = require('kafkajs/src/protocol/requests/metadata');
  return protocol({ version })({ topics: [], allowAutoTopicCreation: false }).response.parse(metadata);
}

function metadataOf(topicErrorCode: number): TopicsMetadata {
  const partitionMetadata = [
    { partitionErrorCode: 0, leader: 1 },
    { partitionErrorCode: LEADER_NOT_AVAILABLE, leader: -1 },
  ];
  return { topicMetadata: [{ topicErrorCode, partitionMetadata }] };
}

describe.each([0, 1, 2, 3, 4, 5, 6])('metadata version %i', (version) => {
  beforeEach(keepLeaderlessPartitions);

  it('keeps a topic with a partition that has no leader', async () => {
    const { topicMetadata } = await parse(version, metadataOf(0));
    expect(topicMetadata[0]?.partitionMetadata.map(({ leader }) => leader)).toEqual([1, -1]);
  });

  it('still throws an error of the topic itself', async () => {
    await expect(parse(version, metadataOf(UNKNOWN_TOPIC_OR_PARTITION))).rejects.toMatchObject({
      type: 'UNKNOWN_TOPIC_OR_PARTITION',
    });
    await expect(parse(version, metadataOf(LEADER_NOT_AVAILABLE))).rejects.toMatchObject({
      type: 'LEADER_NOT_AVAILABLE',
    });
  });
});
