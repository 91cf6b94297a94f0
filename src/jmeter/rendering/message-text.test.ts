import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IN_BODY, NO_IDENTITY, type Placement } from '../../message/placement.ts';
import { MessageReader } from '../../message/reading/read.ts';
import type { Plan, Request } from '../../plan/plan.ts';
import { evaluate, functions } from '../testing/jmeter-language.ts';
import { messageText } from './message-text.ts';

const RUN = '20260101-120000-ab12';

function requestOf(body: string | null): Request {
  return { name: 'r', url: 'http://localhost/', method: 'POST', headers: {}, body, timeoutMs: 0 };
}

function messageOf(request: Request, plan: Partial<Plan>) {
  const rest = { name: 'p', threadGroups: [], rate: null, identity: IN_BODY };
  return messageText(request, { group: 2, request: 3 }, { ...rest, ...plan });
}

/** Evaluates the body as JMeter does: first the variables in order, then the body. */
function sentBy(
  body: string,
  identity: Placement = IN_BODY,
): { text: string; variables: Record<string, string> } {
  const message = messageOf(requestOf(body), { identity });
  const variables: Record<string, string> = { run: RUN, loop: '5' };
  for (const [name, value] of message.variables) variables[name] = evaluate(value, functions(variables, 4));
  return { text: evaluate(message.body ?? '', functions(variables, 4)), variables };
}

const reader = new MessageReader(new Map([[RUN, { of: () => null, all: () => [] }]]));

describe('a message from JMeter', () => {
  it('arrives intact with its identity for any JSON object', () => {
    const awkward = fc.constantFrom(
      '\\',
      '"',
      ',',
      '$',
      '$$',
      '\\u0024{x}',
      ')',
      '(',
      ']]>',
      'ñ😀',
      '\0',
      '\uffff',
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(awkward).map((pieces) => pieces.join('')),
    );
    const value = fc.oneof(texts, fc.integer(), fc.boolean(), fc.constant(null), fc.array(texts));
    fc.assert(
      fc.property(fc.dictionary(texts, value), (fields) => {
        // Avoids `${`, which would start a variable of the plan, and the reserved key `qbl`.
        const json = JSON.stringify(fields).replaceAll('${', '\\u0024{');
        fc.pre(!Object.hasOwn(fields, 'qbl'));
        const { text } = sentBy(json);
        const { qbl, ...received } = JSON.parse(text);
        expect(received).toEqual(JSON.parse(json));
        expect(reader.read(Buffer.from(text))).toMatchObject({
          kind: 'message',
          condition: 'intact',
          identity: { run: RUN, group: 2, thread: 4, loop: 5, request: 3 },
          sentAtMs: Number(qbl.sentAt),
        });
      }),
    );
  });

  it('uses one value for all mentions of a variable', () => {
    const { text, variables } = sentBy(
      '{"a":"${uuid} ${uuid}","b":${thread},"c":"${loop}","d":${now},"e":"${run}"}',
    );
    const { uuid, now } = variables;
    expect(JSON.parse(text)).toMatchObject({ a: `${uuid} ${uuid}`, b: 4, c: '5', d: Number(now), e: RUN });
  });

  it('is intact if the object has no other fields', () => {
    expect(reader.read(Buffer.from(sentBy('{}').text))).toMatchObject({ condition: 'intact' });
  });

  it('is the unchanged body if the plan has no identity', () => {
    expect(sentBy('a\\b, ${thread} ${loop}\r\n\0', NO_IDENTITY).text).toBe('a\\b, 4 5\r\n\0');
    expect(messageOf(requestOf('plain \\ text'), { identity: NO_IDENTITY })).toMatchObject({
      variables: [],
      body: 'plain \\ text',
    });
  });

  it('can have no body', () => {
    expect(messageOf(requestOf(null), { identity: NO_IDENTITY })).toMatchObject({
      variables: [],
      body: null,
    });
  });

  it('has the number of its request if several requests of a thread group have the same name', () => {
    const request = requestOf(null);
    const group = {
      name: 'g',
      threads: 1,
      loops: 1,
      durationMs: null,
      rampUpMs: 0,
      onSampleError: 'continue',
    } as const;
    const numbered = (requests: readonly Request[]) =>
      messageOf(request, { identity: NO_IDENTITY, threadGroups: [{ ...group, requests }] }).variables;
    expect(numbered([request, request])).toEqual([['request', '3']]);
    expect(numbered([request, { ...request, name: 'other' }])).toEqual([]);
  });

  it('has the same values in path and headers as in the body', () => {
    const request = {
      ...requestOf('{"u":"${uuid}","n":"${count}"}'),
      url: 'http://h/${thread}/a|b?u=${uuid}&i=${id}#x',
      headers: { 'X-U': '${uuid} \\ ${now}' },
    };
    const counter = {
      kind: 'counter',
      name: 'count',
      start: 1,
      end: null,
      increment: 1,
      format: '',
    } as const;
    const variables = [{ kind: 'uuid', name: 'id' } as const, { ...counter, perThread: true }];
    expect(messageOf(request, { variables })).toMatchObject({
      variables: [
        ['uuid', '${__UUID()}'],
        ['id', '${__UUID()}'],
        ['now', '${__time()}'],
        ['fields'],
        ['canonical'],
        ['sum'],
      ].map((pair) => expect.arrayContaining(pair)),
      path: '/${__threadNum}/a%7Cb?u=${uuid}&i=${id}',
      headers: [['X-U', '${uuid} \\\\ ${now}']],
    });
  });
});
