import { describe, expect, it } from 'vitest';
import { placementText } from '../../message/placement.ts';
import { findPlacesOf, placementOf } from '../placements.ts';
import type { Plan } from '../plan.ts';
import { planFolder } from '../testing/plan-folder.ts';
import { ENDPOINTS, type Endpoint } from './presets.ts';
import { MESSAGE, plan, requestOf } from './testing/endpoint-plan.ts';

const { load } = planFolder();
const at = (endpoint: Endpoint, more = '') => load(plan(`endpoint: ${endpoint}\n${more}`));

function placed(loaded: Plan) {
  const request = requestOf(loaded);
  return {
    identity: placementText(placementOf(loaded, request)),
    body: request.body,
    headers: request.headers,
    find: findPlacesOf(loaded),
  };
}

const RECORDS = `{"records":[{"value":${MESSAGE}}]}`;

const V2 = {
  body: RECORDS,
  identity: 'body:/records/0/value',
  headers: { 'Content-Type': 'application/vnd.kafka.json.v2+json', Accept: 'application/vnd.kafka.v2+json' },
  find: [],
};

const SENT: Readonly<Record<Endpoint, ReturnType<typeof placed>>> = {
  'confluent-rest-v2': V2,
  karapace: V2,
  'strimzi-bridge': { ...V2, headers: { 'Content-Type': 'application/vnd.kafka.json.v2+json' } },
  'confluent-rest-v3': {
    body: `{"value":{"type":"JSON","data":${MESSAGE}}}`,
    identity: 'body:/value/data',
    headers: { 'Content-Type': 'application/json' },
    find: [],
  },
  'cloudevents-binary': {
    body: MESSAGE,
    identity: 'header:ce-id',
    headers: {
      'Content-Type': 'application/json',
      'ce-specversion': '1.0',
      'ce-source': 'qbl',
      'ce-type': 'qbl.message',
      'ce-id': '${qbl.id}',
    },
    find: [{ kind: 'header', name: 'ce_id' }],
  },
  'cloudevents-structured': {
    body: `{"specversion":"1.0","id":"\${uuid}","source":"qbl","type":"qbl.message","datacontenttype":"application/json","data":${MESSAGE}}`,
    identity: 'body:/data',
    headers: { 'Content-Type': 'application/cloudevents+json' },
    find: [],
  },
  'redpanda-connect': {
    body: MESSAGE,
    identity: 'body',
    headers: { 'Content-Type': 'application/json' },
    find: [],
  },
};

it.each(ENDPOINTS)('%s sends what its API needs, and an option sets it too', async (endpoint) => {
  expect(placed(await at(endpoint))).toEqual(SENT[endpoint]);
  expect(await load(plan(''), { endpoint })).toEqual(await at(endpoint));
  expect(await load(plan('endpoint: karapace'), { endpoint })).toEqual(await at(endpoint));
  expect(await at(endpoint)).not.toHaveProperty('endpoint');
});

describe('what the plan says itself', () => {
  it('keeps its headers and its rules', async () => {
    const headers = 'headers: {ce-type: order.placed, CE-Source: /shop, content-type: text/json}';
    const loaded = await load(plan('endpoint: cloudevents-binary', MESSAGE, headers));
    expect(requestOf(loaded).headers).toEqual({
      ...{ 'ce-type': 'order.placed', 'CE-Source': '/shop', 'content-type': 'text/json' },
      ...{ 'ce-specversion': '1.0', 'ce-id': '${qbl.id}' },
    });
    const own = await at('karapace', 'outcome: {acked: [{status: 299}]}');
    expect(requestOf(own).outcome).toEqual({ acked: [{ status: [{ from: 299, to: 299 }] }] });
  });

  it('keeps its identity: the event then has a random id', async () => {
    const loaded = placed(await at('cloudevents-binary', 'identity: body'));
    expect(loaded).toMatchObject({ identity: 'body', find: [], headers: { 'ce-id': '${uuid}' } });
    const other = placed(await at('cloudevents-binary', 'identity: header:X-Id'));
    expect(other.headers).toMatchObject({ 'ce-id': '${uuid}', 'X-Id': '${qbl.id}' });
    expect(other.find).toEqual([{ kind: 'header', name: 'X-Id' }]);
    const same = placed(await at('cloudevents-binary', 'identity: header:ce-id'));
    expect(same).toEqual(SENT['cloudevents-binary']);
  });

  it('has pointers into its message, which the envelope moves', async () => {
    const more = 'identity: field:/orderId\ncontent: [/amount]';
    const loaded = await at('confluent-rest-v2', more);
    expect(placed(loaded)).toMatchObject({
      identity: 'field:/records/0/value/orderId',
      body: RECORDS.replace('"any"', '"${qbl.id}"'),
      find: [
        { kind: 'payload', pointer: ['orderId'] },
        { kind: 'header', name: 'orderId' },
      ],
    });
    expect(loaded.content).toEqual({
      kind: 'fields',
      fields: [{ sent: ['records', '0', 'value', 'amount'], found: ['amount'] }],
    });
    const event = await at('cloudevents-structured', more);
    expect(placed(event).find).toContainEqual({ kind: 'payload', pointer: ['data', 'orderId'] });
    expect(event.content).toMatchObject({ fields: [{ found: ['data', 'amount'] }] });
    const whole = await at('confluent-rest-v3', 'identity: field:/orderId\ncontent: whole');
    expect(whole.content).toEqual({ kind: 'fields', fields: [{ sent: ['value', 'data'], found: [] }] });
  });

  it('is sent as it is if its body is in the envelope already', async () => {
    const own = '{"records": [{"key": "k", "value": {"a": "x"}}]}';
    const keyed = placed(await load(plan('endpoint: strimzi-bridge', own)));
    expect(keyed).toMatchObject({ body: own, identity: 'body:/records/0/value' });
    const field = 'endpoint: strimzi-bridge\nidentity: field:/records/0/value/a';
    const loaded = placed(await load(plan(field, own)));
    expect(loaded.identity).toBe('field:/records/0/value/a');
    expect(loaded.find).toContainEqual({ kind: 'payload', pointer: ['a'] });
    // Strimzi's bridge also removes an envelope that the plan wrote itself. Only the value comes out of the
    // queue.
    const value = ['records', '0', 'value'];
    const whole = await load(plan(`${field}\ncontent: whole`, own));
    expect(whole.content).toEqual({ kind: 'fields', fields: [{ sent: value, found: [] }] });
    for (const pointer of ['/records/0/value/b', '/b']) {
      const some = await load(
        plan(`${field}\ncontent: [${pointer}]`, own.replace('"a": "x"', '"a": "x", "b": 1')),
      );
      expect(some.content).toEqual({ kind: 'fields', fields: [{ sent: [...value, 'b'], found: ['b'] }] });
    }
  });

  it('has requests without a body, which stay as they are', async () => {
    const get = '      - {name: H, method: GET, url: http://localhost/h, identity: none}\n';
    const loaded = await load(plan('endpoint: karapace') + get);
    expect(loaded.threadGroups[0]?.requests[1]).toMatchObject({ headers: {}, body: null });
    expect(loaded.threadGroups[0]?.requests[1]).not.toHaveProperty('outcome');
  });
});

it.each([
  ['endpoint: kafka', MESSAGE, '', /endpoint: expected one of confluent-rest-v2, .*, not "kafka"$/],
  [
    'endpoint: karapace\nidentity: header:X-Id',
    MESSAGE,
    '',
    /yaml:3 identity: karapace puts no headers of a request into the queue: expected body, field:\/pointer or template$/,
  ],
  [
    'endpoint: karapace',
    MESSAGE,
    'headers: {Content-Type: application/vnd.kafka.avro.v2+json}',
    /yaml:10 threadGroups\[1\].requests\[1\].headers.Content-Type: karapace needs application\/vnd.kafka.json.v2\+json: remove the header, or the endpoint$/,
  ],
  [
    'endpoint: confluent-rest-v2',
    '{"records": [{"value": {}}, {"value": {}}]}',
    '',
    /body: expected one record: qbl sends one message with each request to confluent-rest-v2$/,
  ],
  ['endpoint: karapace', '{"a": "${what}"}', '', /body: .*what/],
  [
    'endpoint: karapace',
    'no JSON',
    '',
    /body: the body is not JSON \(unexpected "no JSON.*" in line 1 of the body\): expected an object such as /,
  ],
  ['endpoint: karapace', '[1]', '', /body: the body has no object at \/records\/0\/value/],
  [
    'endpoint: cloudevents-binary',
    MESSAGE,
    'headers: {ce-id: "${uuid}"}',
    /headers: the header ce-id carries the identity: write \$\{qbl.id\} in its value, or remove it$/,
  ],
])('a mistake beside %s is one line', async (ofPlan, body, ofRequest, message) => {
  await expect(load(plan(ofPlan, body, ofRequest))).rejects.toThrow(message);
});
