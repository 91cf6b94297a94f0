import type { Broker } from 'kafkajs';
import type { Positions } from '../../reader.ts';
import type { KafkaCluster } from '../cluster/cluster.ts';
import { type FetchAnswer, type PartitionAnswer, readFetchResponse } from './response.ts';

const READ_COMMITTED = 1;
const MAX_BYTES_PER_PARTITION = 256 * 1024;
const MAX_BYTES_PER_FETCH = 8 * 1024 * 1024;

/** The longest time that a broker waits for new messages before it answers a fetch with no messages. */
export const MAX_WAIT_MS = 500;

export interface FetchOptions {
  readonly cluster: KafkaCluster;
  readonly topic: string;
  /** The node id of the broker that leads all of these partitions. */
  readonly leader: number;
  readonly positions: Positions;
  readonly maxWaitMs: number;
}

/** Sends one Fetch request for the positions. The answer has no messages of open transactions. */
export async function fetchFrom(options: FetchOptions): Promise<PartitionAnswer[]> {
  const { cluster, topic, leader, positions, maxWaitMs } = options;
  const partitions = [...positions].map(([partition, position]) => ({
    partition,
    fetchOffset: String(position),
    maxBytes: MAX_BYTES_PER_PARTITION,
  }));
  const broker = await cluster.findBroker({ nodeId: String(leader) });
  const response: FetchAnswer = await readingItself(broker).fetch({
    isolationLevel: READ_COMMITTED,
    maxWaitTime: maxWaitMs,
    minBytes: 1,
    maxBytes: MAX_BYTES_PER_FETCH,
    topics: [{ topic, partitions }],
  });
  return response.responses.flatMap((fetched) => fetched.partitions);
}

/** The part of kafkajs 2.2.4 that qbl uses: src/broker/index.js and src/protocol/requests/index.js. */
interface RequestingBroker extends Broker {
  lookupRequest(apiKey: number, definitions: unknown): (parameters: unknown) => ProtocolRequest;
}

interface ProtocolRequest {
  readonly request: { readonly apiVersion: number };
  readonly response: { readonly decode: (frame: Buffer) => Promise<unknown> };
}

/**
 * Returns a broker object with the same connection. For this object qbl, and not kafkajs, decodes the answers
 * to Fetch requests.
 */
function readingItself(broker: Broker): Broker {
  if (!isRequesting(broker)) throw new Error('kafkajs has another version than qbl was written for');
  const lookupRequest: RequestingBroker['lookupRequest'] = (apiKey, definitions) => (parameters) => {
    const found = broker.lookupRequest(apiKey, definitions)(parameters);
    const decode = async (frame: Buffer) => readFetchResponse(frame, found.request.apiVersion);
    return { ...found, response: { ...found.response, decode } };
  };
  const reading: Broker = Object.create(broker, { lookupRequest: { value: lookupRequest } });
  return reading;
}

function isRequesting(broker: Broker): broker is RequestingBroker {
  return 'lookupRequest' in broker;
}
