import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { IN_BODY, placementText } from '../../message/placement.ts';
import { loadPlanFile } from '../load.ts';
import type { PlanOverrides } from '../override.ts';
import { placementOf, sendsMessage } from '../placements.ts';
import type { Request } from '../plan.ts';
import { planFolder } from '../testing/plan-folder.ts';
import { headerManager, jmx, jmxElement, props, sampler, threadGroup } from './testing/jmx.ts';

const { pathOf } = planFolder();

const BARE = { 'HTTPSampler.domain': 'localhost', 'HTTPSampler.use_keepalive': true };
const ask = jmxElement('HTTPSamplerProxy', 'Ask', props({ ...BARE, 'HTTPSampler.method': 'GET' }));
const trigger = jmxElement('HTTPSamplerProxy', 'Trigger', props({ ...BARE, 'HTTPSampler.method': 'POST' }));
const object = sampler({ name: 'Object' });
const list = sampler({ name: 'List', body: '[1]' });
const text = (method: string) =>
  sampler({ name: 'Text', body: 'a <b> ${__threadNum}', properties: { 'HTTPSampler.method': method } });

interface Placed {
  readonly places: Readonly<Record<string, string>>;
  readonly requests: readonly Request[];
  readonly messages: readonly string[];
  readonly notes: readonly string[];
}

async function placed(samplers: readonly string[], overrides: PlanOverrides = {}): Promise<Placed> {
  const file = pathOf('some.jmx');
  await writeFile(file, jmx(threadGroup({ under: samplers })));
  const notes: string[] = [];
  const { plan } = await loadPlanFile(file, overrides, (note) => notes.push(note));
  const requests = plan.threadGroups.flatMap((group) => group.requests);
  return {
    places: Object.fromEntries(
      requests.map((request) => [request.name, placementText(placementOf(plan, request))]),
    ),
    requests,
    messages: requests.filter((request) => sendsMessage(plan, request)).map(({ name }) => name),
    notes,
  };
}

test('the error about a wrong template says how JMeter can send the plan', async () => {
  await expect(placed([list], { identity: IN_BODY })).rejects.toMatchObject({
    message: expect.stringContaining('expected an object'),
    hint: `To let JMeter send the plan, use: qbl jmeter --plan ${pathOf('some.jmx')}`,
  });
});

test('a note names a request that JMeter never sends', async () => {
  const { notes } = await placed([object, sampler({ properties: { 'HTTPSampler.domain': 'http://a' } })]);
  expect(notes).toEqual([
    "request 'Send': JMeter sends nothing, because HTTPSampler.domain=http://a is no server: every sample fails",
  ]);
});

test('a body with a variable of the thread carries no identity, so a header carries it', async () => {
  const { places } = await placed([sampler({ name: 'Late', body: '{"a": "${late}"}' })]);
  expect(places).toEqual({ Late: 'header:qbl-id' });
});

test('a JSON object carries the identity in its body', async () => {
  const { places, requests, notes } = await placed([object]);
  expect(places).toEqual({ Object: 'body' });
  expect(requests[0]).not.toHaveProperty('identity');
  expect(notes).toEqual([]);
});

test('each request gets the place that fits its body', async () => {
  const { places, requests, messages, notes } = await placed([ask, object, list, text('PUT'), trigger]);
  expect(places).toEqual({
    Ask: 'none',
    Object: 'body',
    List: 'header:qbl-id',
    Text: 'header:qbl-id',
    Trigger: 'none',
  });
  expect(messages).toEqual(['Object', 'List', 'Text']);
  expect(requests.map(({ headers }) => headers['qbl-id'])).toEqual([
    ...[undefined, undefined, '${qbl.id}', '${qbl.id}', undefined],
  ]);
  expect(notes).toEqual([
    'the header qbl-id carries the identity of 2 of 5 requests, because a body that is not a JSON object cannot carry it; --identity chooses another place',
    '2 of 5 requests carry no identity, so verify expects no message of these requests; --identity chooses a place',
  ]);
});

test('a form carries the identity in a header, and its parameters stay as they are', async () => {
  const parameters = [{ name: 'user', value: 'a b', encode: true }];
  const form = (method: string) =>
    sampler({ name: method, parameters, properties: { 'HTTPSampler.method': method } });
  const { places, requests } = await placed([form('POST'), form('GET'), form('DELETE')]);
  expect(places).toEqual({ POST: 'header:qbl-id', GET: 'none', DELETE: 'none' });
  expect(requests.map(({ body }) => body)).toEqual(['user=a+b', null, 'user=a+b']);
});

test('a request with a header of its own named qbl-id keeps its value, and carries no identity', async () => {
  const own = sampler({ name: 'Own', body: 'a', under: [headerManager({ 'Qbl-Id': '7' })] });
  const { places, requests, notes } = await placed([own, text('POST')]);
  expect(places).toEqual({ Own: 'none', Text: 'header:qbl-id' });
  expect(requests[0]?.headers).toMatchObject({ 'Qbl-Id': '7' });
  expect(requests[0]?.headers).not.toHaveProperty('qbl-id');
  expect(notes[0]).toContain('the header qbl-id carries the identity of 1 of 2 requests');
  expect(
    (await placed([own], { identity: { kind: 'header', name: 'X-Id' } })).requests[0]?.headers,
  ).toMatchObject({
    'Qbl-Id': '7',
    'X-Id': '${qbl.id}',
  });
});

test('the messages of a plan without an identity are only counted', async () => {
  const { places, messages, notes } = await placed([ask, text('DELETE')]);
  expect(places).toEqual({ Ask: 'none', Text: 'none' });
  expect(messages).toEqual(['Ask', 'Text']);
  expect(notes).toEqual([
    'no request carries an identity, so verify only counts messages; --identity chooses a place',
  ]);
});

test('a body of the command line counts, and a place of the command line replaces the default', async () => {
  expect((await placed([ask], { body: '{"b": 2}' })).places).toEqual({ Ask: 'body' });
  const header = { kind: 'header', name: 'X-Id' } as const;
  const { places, notes } = await placed([ask, object], { identity: header });
  expect(places).toEqual({ Ask: 'header:X-Id', Object: 'header:X-Id' });
  expect(notes).toEqual([]);
});

test('a body with a number that JSON may change is sent as it is, with the identity in a header', async () => {
  const body = '{"n": 12345678901234567890}';
  const { places, requests } = await placed([sampler({ body })]);
  expect(places).toEqual({ Send: 'header:qbl-id' });
  expect(requests[0]?.body).toBe(body);
});
