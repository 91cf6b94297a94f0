import { expect, it } from 'vitest';
import { JsonObject } from '../json/json.ts';
import { parseJson } from '../json/parse-json.ts';
import { writeMessage } from '../write.ts';
import { claimOf } from './claim-of.ts';

const identity = { run: 'r', group: 1, thread: 2, loop: 3, request: 1 };
const sent = writeMessage('{"a":1,"b":"x"}', identity, 1700000000000.251);
const of = (text: string) => claimOf(Buffer.from(text));

it.each([
  ['unchanged', sent, 'intact'],
  ['rewritten by a proxy', JSON.stringify(JSON.parse(sent), null, 1), 'intact'],
  ['in an envelope', JSON.stringify({ at: 1, body: JSON.parse(sent) }), 'intact'],
  ['in an envelope as a string', JSON.stringify({ body: sent }), 'intact'],
  ['with an added field', sent.replace('{"a":1', '{"z":0,"a":1'), 'unproven'],
  ['damaged', sent.replace('"x"', '"y"'), 'unproven'],
  ['damaged so that it is not valid JSON', sent.replace('"x"', '"x'), 'unproven'],
])('reads the identity of a message that arrived %s', (_, text, condition) => {
  expect(of(text)).toMatchObject({ claim: { identity, sentAt: '1700000000000.251' }, condition });
});

it.each(['', '{}', '{"qbl":{"run":"r"}}', sent.slice(0, -9)])(
  'treats a value without a claim as foreign: %s',
  (text) => {
    expect(of(text)).toEqual({ claim: null, condition: 'foreign' });
  },
);

it('treats a message without a value as foreign', () => {
  expect(claimOf(null)).toEqual({ claim: null, condition: 'foreign' });
});

it('does not take an event about a message for the message if the plan is known', () => {
  const fields = parseJson('{"a":1,"b":"x"}');
  if (!('value' in fields && fields.value instanceof JsonObject)) throw new TypeError('no object');
  const body = { shape: fields.value };
  const runs = new Map([['r', { of: () => body, all: () => [body] }]]);
  const { qbl } = JSON.parse(sent);
  const event = JSON.stringify({ type: 'audit', qbl });
  expect(claimOf(Buffer.from(event))).toMatchObject({ claim: { identity }, condition: 'unproven' });
  expect(claimOf(Buffer.from(event), runs)).toEqual({ claim: null, condition: 'foreign' });
  const envelope = JSON.stringify({ qbl: { ...qbl, run: 'other' }, data: JSON.parse(sent) });
  expect(claimOf(Buffer.from(envelope), runs)).toMatchObject({ claim: { identity }, condition: 'intact' });
  const damaged = sent.replace('"x"', '"y"');
  expect(claimOf(Buffer.from(damaged), runs)).toMatchObject({ claim: { identity }, condition: 'unproven' });
});
