import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Message } from 'kafkajs';
import { describe, expect, test } from 'vitest';
import { ENDPOINTS, type Endpoint } from '../src/plan/endpoints/presets.ts';
import { type Judged, judgedBehind } from './any-endpoint.ts';
import { FAKES, refused } from './fake-endpoints.ts';
import { qbl } from './support/qbl.ts';
import { tempFolder } from './support/temp-folder.ts';

const SENT = 12;
const plan = (more = '', url = 'URL') => `
${more}
threadGroups:
  - name: Users
    threads: 3
    loops: 4
    requests:
      - name: Order
        url: ${url}
        headers: {Content-Type: application/json}
        body: '{"orderId": "any", "amount": \${thread}}'
`;

/** What a fake server does with a request: which messages it stores, and what it reports. */
interface Conduct {
  readonly stores: (message: Message) => readonly Message[];
  readonly reports: 'stored' | 'failed';
}

const HONEST: Conduct = { stores: (message) => [message], reports: 'stored' };

/** The faults of a fake server. The key is the number of the request. */
const LIES: Readonly<Record<number, Conduct>> = {
  2: { stores: () => [], reports: 'stored' },
  4: { stores: (message) => [message, message], reports: 'stored' },
  6: { stores: () => [], reports: 'failed' },
  8: { stores: (message) => [message], reports: 'failed' },
};

function judgedAt(
  endpoint: Endpoint,
  conducts: Readonly<Record<number, Conduct>>,
  sender: readonly string[],
  of = plan(),
): Promise<Judged> {
  const { toMessage, stored, failed } = FAKES[endpoint];
  return judgedBehind(
    (got) => {
      const message = toMessage(got);
      return message === null ? [] : (conducts[got.number] ?? HONEST).stores(message);
    },
    of,
    {
      sender,
      rules: ['--exactly-once'],
      toAnswer: (got, [metadata]) => {
        if (toMessage(got) === null) return refused();
        return (conducts[got.number] ?? HONEST).reports === 'failed' ? failed : stored(metadata);
      },
    },
  );
}

const ALL_ARRIVED = { verdict: 'pass', acked: SENT, received: SENT, foreign: 0, corrupt: 0 };

describe.each(ENDPOINTS)('a fake of %s', (endpoint) => {
  const sender = ['blast', '--endpoint', endpoint];

  test('that stores every message passes', async () => {
    const { code, record } = await judgedAt(endpoint, {}, sender);
    expect(record).toMatchObject(ALL_ARRIVED);
    expect(code).toBe(0);
  });

  test('that loses a message and repeats another one fails, and its error answers leave the outcome open', async () => {
    const { code, record } = await judgedAt(endpoint, LIES, sender);
    expect(record).toMatchObject({
      ...{ verdict: 'fail', acked: SENT - 2, lost: 1, duplicated: 1 },
      ...{ rejected: 0, indeterminate: 2, unresolved: 1, recovered: 1, foreign: 0, corrupt: 0 },
    });
    expect(code).toBe(1);
  });
});

test('a fake answers 422 to a plan without the preset, and every message is rejected', async () => {
  const { record } = await judgedAt('karapace', {}, ['blast']);
  expect(record).toMatchObject({ acked: 0, rejected: SENT });
});

test('a plan can name the endpoint, and qbl run can send to a fake with --endpoint', async () => {
  const ofPlan = await judgedAt('strimzi-bridge', {}, ['blast'], plan('endpoint: strimzi-bridge'));
  expect(ofPlan.record).toMatchObject(ALL_ARRIVED);
  const sender = ['run', '--url', 'URL', '--settle', '1s', '--endpoint', 'confluent-rest-v3'];
  expect((await judgedAt('confluent-rest-v3', {}, sender)).record).toMatchObject(ALL_ARRIVED);
});

test('the content of a message in an envelope is compared if the identity is a token', async () => {
  const more = 'identity: field:/orderId\ncontent: whole';
  const sender = ['blast', '--endpoint', 'confluent-rest-v2'];
  const honest = await judgedAt('confluent-rest-v2', {}, sender, plan(more));
  expect(honest.record).toMatchObject({ ...ALL_ARRIVED, notProven: [] });
  const changes = ({ value, ...message }: Message) => ({
    ...message,
    value: JSON.stringify({ ...JSON.parse(String(value)), amount: 999 }),
  });
  const lying = { 3: { ...HONEST, stores: (message: Message) => [changes(message)] } };
  const changed = await judgedAt('confluent-rest-v2', lying, sender, plan(more));
  expect(changed.record).toMatchObject({ verdict: 'fail', corrupt: 1 });
});

test('a plan rendered for JMeter has the envelope, the headers and the rules of the endpoint', async () => {
  const folder = await tempFolder();
  await writeFile(join(folder, 'plan.yaml'), plan('', 'http://localhost:8082/topics/orders'));
  const args = ['jmeter', '--plan', 'plan.yaml', '--endpoint', 'karapace', '--render', 'rendered.jmx'];
  const { code, stderr } = await qbl(args, { folder });
  expect(code, stderr).toBe(0);
  const jmx = await readFile(join(folder, 'rendered.jmx'), 'utf8');
  expect(jmx).toContain('records');
  expect(jmx).toContain('application/vnd.kafka.json.v2+json');
  expect(jmx).toContain('/offsets/0/error_code');
});

test.each([[[]], [['--queue', 'kafka://localhost:9092/orders']]])(
  'qbl run refuses an endpoint for its own proxy: %j',
  async (more) => {
    const folder = await tempFolder();
    const { code, stderr } = await qbl(['run', '--endpoint', 'karapace', ...more], { folder });
    expect(code).toBe(2);
    expect(stderr).toContain('the endpoint karapace needs --url: the proxy of qbl run has another API');
  },
);
