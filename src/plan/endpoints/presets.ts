import { CLOUDEVENTS_BINARY, CLOUDEVENTS_STRUCTURED } from './cloudevents.ts';
import { CONFLUENT_REST_V2, CONFLUENT_REST_V3, KARAPACE, STRIMZI_BRIDGE } from './kafka-rest.ts';
import type { EndpointPreset } from './preset.ts';
import { REDPANDA_CONNECT } from './redpanda-connect.ts';

/** The values of the option `--endpoint`, and of the field `endpoint` in a plan. */
export const ENDPOINTS = [
  'confluent-rest-v2',
  'confluent-rest-v3',
  'strimzi-bridge',
  'karapace',
  'cloudevents-binary',
  'cloudevents-structured',
  'redpanda-connect',
] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

export const PRESETS: Readonly<Record<Endpoint, EndpointPreset>> = {
  'confluent-rest-v2': CONFLUENT_REST_V2,
  'confluent-rest-v3': CONFLUENT_REST_V3,
  'strimzi-bridge': STRIMZI_BRIDGE,
  karapace: KARAPACE,
  'cloudevents-binary': CLOUDEVENTS_BINARY,
  'cloudevents-structured': CLOUDEVENTS_STRUCTURED,
  'redpanda-connect': REDPANDA_CONNECT,
};
