import { expect, test } from 'vitest';
import { QblError } from '../error.ts';
import { hopsOf } from './hops.ts';
import { planMistakes } from './mistakes/plan-mistakes.ts';
import { readYamlPlan } from './yaml.ts';

const REQUEST = `
threadGroups:
  - name: Group
    loops: 1
    requests:
      - { name: Send, url: http://localhost/send, body: '{"id": "x"}' }`;
const TOKEN = '\nidentity: field:/id';

function plan(text: string) {
  const { plan: written, locate } = readYamlPlan('plan.yaml', `${text}${REQUEST}`);
  return { ...written, identity: written.identity ?? { kind: 'body' as const, pointer: [] }, locate };
}

function refusal(text: string): string {
  try {
    const { locate, ...written } = plan(text);
    const [mistake] = planMistakes(written);
    return mistake === undefined ? 'none' : locate(mistake).text;
  } catch (error) {
    if (error instanceof QblError) return error.message;
    throw error;
  }
}

test('reads a URL, a mapping, the rule and the limit', () => {
  const text = `hops:
  processed: kafka://localhost/done
  dead:
    queue: amqp://localhost/dead
    find: $message.header#/x-id
hopRule: at-least-one
hopWithin: 5s${TOKEN}`;
  expect(hopsOf(plan(text))).toEqual({
    places: [
      { name: 'processed', queue: 'kafka://localhost:9092/done' },
      {
        name: 'dead',
        queue: expect.stringMatching(/^amqp:\/\/localhost:5672\/.*dead/),
        find: [{ kind: 'header', name: 'x-id' }],
      },
    ],
    rule: 'at-least-one',
    withinMs: 5_000,
  });
  expect(refusal(text)).toBe('none');
});

test('waits a minute for exactly one output if the plan does not say it', () => {
  expect(hopsOf(plan('hops: { done: kafka://localhost/done }'))).toMatchObject({
    rule: 'exactly-one',
    withinMs: 60_000,
  });
  expect(hopsOf(plan(''))).toBeNull();
});

test.each([
  ['hops: { done: done }', 'plan.yaml:1 hops.done: The queue is not a URL.'],
  ['hops: { done: "kafka://me:geheim@localhost/done" }', 'plan.yaml:1 hops.done: The queue URL contains'],
  ['hops: { done: 3 }', 'plan.yaml:1 hops.done: expected a queue URL, or a mapping with queue and find'],
  [
    'hops: { done: { queue: kafka://localhost/a, fund: x } }',
    'plan.yaml:1 hops.done.fund: a plan has no such field',
  ],
  [
    'hops: { done: kafka://localhost/a, dead: kafka://localhost:9092/a }',
    'hops.dead: expected a queue that no',
  ],
  [
    'hops: { "a b": kafka://localhost/a }',
    'expected a queue URL for each hop, under a name of 1 to 40 letters',
  ],
  ['hops: {}', 'plan.yaml:1 hops: expected 1 to 20 hops'],
  ['hopRule: both\nhops: { done: kafka://localhost/a }', 'hopRule: expected exactly-one or at-least-one'],
  ['hopRule: exactly-one', 'plan.yaml:1 hopRule: the field applies to hops only'],
  ['hopWithin: 5s', 'plan.yaml:1 hopWithin: the field applies to hops only'],
  [
    'identity: none\nhops: { done: kafka://localhost/a }',
    'hops: messages without an identity cannot be found',
  ],
  [
    'hops: { done: { queue: kafka://localhost/a, find: $message.key } }',
    'plan.yaml:1 hops.done.find: the field applies to tokens only',
  ],
])('refuses %j', (text, part) => {
  expect(refusal(text)).toContain(part);
  expect(refusal(text)).not.toContain('geheim');
});
