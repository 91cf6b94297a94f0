import type { OutcomeRules, ResponseRule, StatusRange } from '../../samples/rules/rule.ts';
import type { EndpointPreset, Envelope } from './preset.ts';

const OK: readonly StatusRange[] = [{ from: 200, to: 200 }];

/**
 * The JSON around a message in the v2 API. All products with this API write only the value into the queue, as
 * JSON.
 */
const RECORDS: Envelope = {
  before: '{"records":[{"value":',
  after: '}]}',
  message: ['records', '0', 'value'],
  mark: ['records', '0'],
  second: ['records', '1'],
  isKept: false,
};
const V2_JSON = 'application/vnd.kafka.json.v2+json';

/**
 * A response is an ack if the record has an offset and no error. With status 200, an error in the response leaves
 * the outcome indeterminate. The codes 1 and 2 in error_code only say whether the client can repeat the request.
 * They do not say that the record was not written.
 */
const OFFSET: readonly ResponseRule[] = [
  {
    status: OK,
    json: { '/offsets/0/offset': { present: true }, '/offsets/0/error_code': { oneOf: [null] } },
  },
  {
    status: OK,
    json: { '/offsets/0/offset': { present: true }, '/offsets/0/error_code': { present: false } },
  },
];
const V2_OUTCOME: OutcomeRules = { acked: OFFSET };

/**
 * Source: "API Reference for Confluent REST Proxy", API v2, POST /topics/(string:topic_name)
 * (https://docs.confluent.io/platform/7.5/kafka-rest/api.html; the error codes also in docs/api.rst of kafka-rest).
 */
export const CONFLUENT_REST_V2: EndpointPreset = {
  envelope: RECORDS,
  contentType: V2_JSON,
  headers: { Accept: 'application/vnd.kafka.v2+json' },
  passesHeaders: false,
  outcome: V2_OUTCOME,
};

/**
 * Karapace answers as Confluent's proxy does, but with status 500 if a record has an error. Its error_code 1 also stands
 * for a time-out, after which the record may still be written.
 * Source: Karapace, README, "Kafka REST"; karapace/kafka_rest_apis/__init__.py, publish and produce_message.
 */
export const KARAPACE: EndpointPreset = { ...CONFLUENT_REST_V2 };

/**
 * A successful record has no error_code. With ?async=true the bridge answers 204 before Kafka has the record, so a 204
 * is no ack.
 * Source: "Using the Strimzi Kafka Bridge", API reference, POST /topics/{topicname}
 * (https://strimzi.io/docs/bridge/latest/); HttpSourceBridgeEndpoint.java.
 */
export const STRIMZI_BRIDGE: EndpointPreset = {
  envelope: RECORDS,
  contentType: V2_JSON,
  headers: {},
  passesHeaders: false,
  outcome: V2_OUTCOME,
};

/**
 * The status is 200 whenever the connection works. The error_code in the delivery report says what happened to the
 * record, and only 200 is a success. For the other codes, the documentation does not say that the record was not
 * written. Source: Confluent Cloud API, "Produce Records"
 * (https://docs.confluent.io/cloud/current/ccloud/produce-record/).
 */
export const CONFLUENT_REST_V3: EndpointPreset = {
  envelope: {
    before: '{"value":{"type":"JSON","data":',
    after: '}}',
    message: ['value', 'data'],
    mark: ['value', 'data'],
    isKept: false,
  },
  contentType: 'application/json',
  headers: {},
  passesHeaders: false,
  outcome: {
    acked: [{ status: OK, json: { '/error_code': { oneOf: [200] }, '/offset': { present: true } } }],
  },
};
