import { beforeAll, expect, test } from 'vitest';
import { judgedBehind } from '../any-endpoint.ts';
import { describeWith } from './describe-with.ts';
import { jmeterHome, SHORT_JVM } from './jmeter.ts';

/**
 * Tests that JMeter computes the same tokens and hashes as blast, and that verify finds and compares these tokens and
 * hashes.
 */

const ORDER = '{"orderId": "any", "amount": ${thread}, "customer": "c${loop} \\\\ ñ \\" $"}';

const plan = (identity: string, body: string, more: string) => `
identity: ${identity}
${more}
threadGroups:
  - name: First
    threads: 3
    loops: 4
    requests:
      - { name: Order, url: URL, body: '${body}' }
      - { name: Second, url: URL, body: '${body}' }
  - name: Other
    threads: 2
    loops: 3
    requests: [{ name: Third, url: URL, body: '${body}' }]
`;

const SENT = 3 * 4 * 2 + 2 * 3;

describeWith(['java', 'mvn'], 'a plan with tokens, sent by JMeter', () => {
  let env: NodeJS.ProcessEnv;
  beforeAll(async () => {
    env = { JMETER_HOME: await jmeterHome(), JVM_ARGS: SHORT_JVM.join(' ') };
  });

  test.each([
    ['a header', plan('header:X-Id', ORDER, 'content: whole')],
    ['a trace ID', plan('header:traceparent', ORDER, 'content: [/amount, /customer]')],
    ['a text field', plan('field:/orderId', ORDER, 'content: whole')],
    ['a number field', plan('field:/orderId', ORDER.replace('"any"', '0'), 'content: whole')],
    ['a deeper object', plan('body:/records/0', `{"records": [${ORDER}], "more": "\\\\ $"}`, '')],
  ])('shows the lost and the damaged message, and no other, with the identity in %s', async (_, text) => {
    const lying = await judgedBehind(
      ({ headers, body, number }) => {
        if (number === 3) return [];
        return [messageOf(headers, number === 5 ? body.replace('"amount": ', '"amount": 9') : body)];
      },
      text,
      { sender: ['jmeter'], env, rules: ['--exactly-once'] },
    );
    expect(lying.record).toMatchObject({
      ...{ verdict: 'fail', acked: SENT, received: SENT - 1, lost: 1, corrupt: 1 },
      ...{ duplicated: 0, unexpected: 0, foreign: 0, notProven: [] },
    });
  });
});

function messageOf(headers: NodeJS.Dict<string | string[]>, body: string) {
  const passed = { 'x-id': String(headers['x-id']), traceparent: String(headers['traceparent']) };
  return { value: body, headers: passed };
}
