/** What is read here of kafkajs's answer to Fetch, versions 5 to 11. Offsets and times are decimal strings. */
export interface FetchResponse {
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly FetchedPartition[];
  }[];
}

export interface FetchedPartition {
  readonly partition: number;
  readonly highWatermark: string;
  readonly lastStableOffset?: string;
  readonly abortedTransactions?: readonly AbortedTransaction[] | null;
  readonly messages: readonly FetchedRecord[];
}

export interface AbortedTransaction {
  readonly producerId: string;
  readonly firstOffset: string;
}

export interface FetchedRecord {
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly timestamp?: string;
  readonly isControlRecord?: boolean;
  /** Missing in the message formats before Kafka 0.11. */
  readonly batchContext?: {
    readonly producerId: string;
    readonly inTransaction: boolean;
    readonly timestampType: number;
  };
}
