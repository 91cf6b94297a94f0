import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../samples/outcome.ts';
import { deciderOf } from '../../samples/rules/decide.ts';
import { jsonBody } from '../../samples/rules/json-body.ts';
import { planFolder } from '../testing/plan-folder.ts';
import type { Endpoint } from './presets.ts';
import { plan, requestOf } from './testing/endpoint-plan.ts';

const { load } = planFolder();
const at = (endpoint: Endpoint, more = '') => load(plan(`endpoint: ${endpoint}\n${more}`));

const OFFSET = '{"offsets":[{"partition":0,"offset":5,"error_code":null,"error":null}]}';

const BARE_OFFSET = '{"offsets":[{"partition":0,"offset":5}]}';

const ERROR = '{"offsets":[{"partition":null,"offset":null,"error_code":2,"error":"no leader"}]}';

type Decided = readonly [status: number, body: string, outcome: Outcome];

const V2_OUTCOMES: readonly Decided[] = [
  [200, OFFSET, 'acked'],
  [200, BARE_OFFSET, 'acked'],
  [200, ERROR, 'indeterminate'],
  [200, '{"offsets":[{"error_code":1,"error":"timed out"}]}', 'indeterminate'],
  [200, '{}', 'indeterminate'],
  [200, 'OK', 'indeterminate'],
  [204, '', 'indeterminate'],
  [500, ERROR, 'indeterminate'],
  [404, '{"error_code":40401,"message":"Topic not found"}', 'rejected'],
  [422, '{"error_code":42202,"message":"no schema"}', 'rejected'],
  [408, '{"error_code":40801}', 'indeterminate'],
];

const OUTCOMES: Readonly<Partial<Record<Endpoint, readonly Decided[]>>> = {
  'confluent-rest-v2': V2_OUTCOMES,
  karapace: V2_OUTCOMES,
  'strimzi-bridge': V2_OUTCOMES,
  'confluent-rest-v3': [
    [200, '{"error_code":200,"partition_id":0,"offset":0}', 'acked'],
    [200, '{"error_code":200}', 'indeterminate'],
    [200, '{"error_code":400,"message":"bad"}', 'indeterminate'],
    [200, '{"error_code":50002,"message":"Kafka error"}', 'indeterminate'],
    [429, '{"error_code":429}', 'rejected'],
    [503, '', 'indeterminate'],
  ],
  'redpanda-connect': [
    [200, '', 'acked'],
    [202, '', 'indeterminate'],
    [429, 'Too Many Requests', 'rejected'],
    [408, 'Request timed out', 'indeterminate'],
    [502, 'failed', 'indeterminate'],
  ],
};

describe.each(Object.entries(OUTCOMES))('a response of %s', (endpoint, outcomes) => {
  it.each(outcomes)('with %i %s is as documented', async (status, body, outcome) => {
    const { outcome: rules } = requestOf(await at(endpoint as Endpoint));
    const bytes = Buffer.from(body);
    const answered = { responseCode: String(status), responseMessage: 'x', success: status < 400 };
    const response = { status, header: () => [], json: () => jsonBody(bytes, bytes.length, []) };
    expect(deciderOf(rules ?? {}).decide(answered, response)).toBe(outcome);
  });
});

it.each(['cloudevents-binary', 'cloudevents-structured'] as const)('%s has no rules', async (endpoint) => {
  expect(requestOf(await at(endpoint))).not.toHaveProperty('outcome');
});
