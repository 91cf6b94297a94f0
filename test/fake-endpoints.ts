import type { IncomingHttpHeaders } from 'node:http';
import type { Message, RecordMetadata } from 'kafkajs';
import type { Endpoint } from '../src/plan/endpoints/presets.ts';
import type { Answer, Got } from './any-endpoint.ts';

/**
 * A fake of a product: it does what the documentation of the product's HTTP API says, and nothing else. The sources are
 * beside each preset in src/plan/endpoints/.
 */
export interface FakeEndpoint {
  /** The message for the queue. Null if the API does not take the request. */
  toMessage(got: Got): Message | null;
  stored(metadata: RecordMetadata | undefined): Answer;
  /** The answer of the API if the queue gave an error. */
  readonly failed: Answer;
}

const REFUSED: Answer = { status: 422, body: '{"error_code":422,"message":"Unprocessable"}' };

/** Returns the answer of a fake server to a request that its API does not accept. */
export function refused(): Answer {
  return REFUSED;
}

function typeOf(headers: IncomingHttpHeaders): string {
  return headers['content-type'] ?? '';
}

function json(status: number, value: object): Answer {
  return { status, body: JSON.stringify(value) };
}

/**
 * Returns the partition and the offset of a message for the endpoint's answer. If the message was not stored, both
 * are invented.
 */
function placeOf(metadata: RecordMetadata | undefined): { partition: number; offset: number } {
  return { partition: metadata?.partition ?? 0, offset: Number(metadata?.baseOffset ?? 7) };
}

/** Returns the message in a record of the v2 API. Its value is written as JSON. */
function recordOf({ headers, body }: Got): Message | null {
  if (typeOf(headers) !== 'application/vnd.kafka.json.v2+json') return null;
  const { records, ...others } = JSON.parse(body);
  if (records?.length !== 1 || Object.keys(others).length > 0) return null;
  return { value: JSON.stringify(records[0].value) };
}

const ERROR = { error_code: 2, error: 'the leader is not available' };

const CONFLUENT_V2: FakeEndpoint = {
  toMessage: recordOf,
  stored: (metadata) =>
    json(200, {
      key_schema_id: null,
      value_schema_id: null,
      offsets: [{ ...placeOf(metadata), error_code: null, error: null }],
    }),
  failed: json(200, { offsets: [{ partition: null, offset: null, ...ERROR }] }),
};

const STRIMZI: FakeEndpoint = {
  toMessage: recordOf,
  stored: (metadata) => json(200, { offsets: [placeOf(metadata)] }),
  failed: json(200, { offsets: [{ error_code: 500, message: 'the leader is not available' }] }),
};

const KARAPACE: FakeEndpoint = {
  toMessage: recordOf,
  stored: (metadata) =>
    json(200, { key_schema_id: null, value_schema_id: null, offsets: [placeOf(metadata)] }),
  failed: json(500, { key_schema_id: null, value_schema_id: null, offsets: [ERROR] }),
};

const CONFLUENT_V3: FakeEndpoint = {
  toMessage: ({ headers, body }) => {
    const { value } = JSON.parse(body);
    if (typeOf(headers) !== 'application/json' || value?.type !== 'JSON') return null;
    return { value: JSON.stringify(value.data) };
  },
  stored: (metadata) => {
    const { partition, offset } = placeOf(metadata);
    return json(200, { error_code: 200, cluster_id: 'c', partition_id: partition, offset });
  },
  failed: json(200, { error_code: 50003, message: 'the leader is not available' }),
};

const ATTRIBUTES = ['specversion', 'id', 'source', 'type'];

const CLOUDEVENTS_BINARY: FakeEndpoint = {
  toMessage: ({ headers, body }) => {
    if (!ATTRIBUTES.every((name) => headers[`ce-${name}`] !== undefined)) return null;
    const attributes = ATTRIBUTES.map((name) => [`ce_${name}`, String(headers[`ce-${name}`])]);
    return { value: body, headers: { 'content-type': typeOf(headers), ...Object.fromEntries(attributes) } };
  },
  stored: () => ({ status: 202 }),
  failed: { status: 503 },
};

const CLOUDEVENTS_STRUCTURED: FakeEndpoint = {
  toMessage: ({ headers, body }) => {
    const event = JSON.parse(body);
    if (typeOf(headers) !== 'application/cloudevents+json') return null;
    if (!ATTRIBUTES.every((name) => typeof event[name] === 'string')) return null;
    return { value: body, headers: { 'content-type': 'application/cloudevents+json; charset=UTF-8' } };
  },
  stored: () => ({ status: 202 }),
  failed: { status: 503 },
};

const REDPANDA_CONNECT: FakeEndpoint = {
  toMessage: ({ body }) => ({ value: body }),
  stored: () => ({ status: 200 }),
  failed: { status: 408, body: 'Request timed out' },
};

export const FAKES: Readonly<Record<Endpoint, FakeEndpoint>> = {
  'confluent-rest-v2': CONFLUENT_V2,
  'confluent-rest-v3': CONFLUENT_V3,
  'strimzi-bridge': STRIMZI,
  karapace: KARAPACE,
  'cloudevents-binary': CLOUDEVENTS_BINARY,
  'cloudevents-structured': CLOUDEVENTS_STRUCTURED,
  'redpanda-connect': REDPANDA_CONNECT,
};
