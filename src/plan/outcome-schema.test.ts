import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OutcomeRules } from '../samples/rules/rule.ts';
import { loadPlan } from './load.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'qbl-plan-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function load(text: string) {
  const file = join(directory, 'plan.yaml');
  await writeFile(file, text);
  return loadPlan(file);
}

const plan = (ofRequest: string, ofPlan = '') => `threadGroups:
  - name: G
    loops: 1
    requests:
      - name: R
        url: http://localhost/send
        body: '{}'
${ofRequest}      - {name: S, url: http://localhost/send, body: '{}'}
${ofPlan}`;

const rulesOf = async (text: string) =>
  (await load(text)).threadGroups[0]?.requests.map(({ outcome }): OutcomeRules | undefined => outcome);

const ofRequest = (rules: string) => plan(`        outcome: ${rules}\n`);

describe('the rules for outcomes', () => {
  it('are read in every form', async () => {
    const [rules] =
      (await rulesOf(
        `${plan(`        outcome:
          acked:
            - status: 2xx
              json:
                /ok: true
                /offset: {present: true}
            - status: [200, 300-305]
              header:
                X-Ack: "yes"
          rejected:
            - json:
                "": null
                /code: {oneOf: [1, {a: [x]}]}
            - status: 409
`)}`,
      )) ?? [];
    expect(rules).toEqual({
      acked: [
        {
          status: [{ from: 200, to: 299 }],
          json: { '/ok': { oneOf: [true] }, '/offset': { present: true } },
        },
        {
          status: [
            { from: 200, to: 200 },
            { from: 300, to: 305 },
          ],
          header: { 'X-Ack': { oneOf: ['yes'] } },
        },
      ],
      rejected: [
        { json: { '': { oneOf: [null] }, '/code': { oneOf: [1, { a: ['x'] }] } } },
        { status: [{ from: 409, to: 409 }] },
      ],
    });
  });

  it('of the plan are those of each request without rules of its own', async () => {
    const text = plan(
      '        outcome: {acked: [{status: 201}]}\n',
      'outcome: {rejected: [{status: 202}]}\n',
    );
    expect(await rulesOf(text)).toEqual([
      { acked: [{ status: [{ from: 201, to: 201 }] }] },
      { rejected: [{ status: [{ from: 202, to: 202 }] }] },
    ]);
    expect(await rulesOf(plan(''))).toEqual([undefined, undefined]);
  });

  const AT = 'threadGroups[1].requests[1].outcome';
  it.each([
    ['{}', '', 'expected acked or rejected'],
    ['{ackd: []}', '.ackd', 'a plan has no such field: did you mean acked?'],
    ['[]', '', 'expected acked or rejected, each with a list of rules, not an empty list'],
    ['{acked: []}', '.acked', 'expected at least one rule'],
    ['{acked: {}}', '.acked', 'expected a list of rules, not an empty mapping'],
    ['{acked: [{}]}', '.acked[1]', 'expected status, json or header'],
    ['{acked: [2xx]}', '.acked[1]', 'expected a rule with status, json or header, not "2xx"'],
    ['{acked: [{state: 200}]}', '.acked[1].state', 'a plan has no such field: did you mean status?'],
    ...['199', '600', '20x', '299-200', '200-', '[]', '1xx', '200.5', '{}'].map((status) => [
      `{rejected: [{status: 200}, {status: ${status}}]}`,
      '.rejected[2].status',
      'expected a status such as 200, a range such as 2xx or 200-299, or a list of them',
    ]),
    ['{acked: [{status: [200, 2x]}]}', '.acked[1].status[2]', 'expected a status such as 200'],
    ['{acked: [{json: {/a: {oneOf: []}}}]}', '.acked[1].json./a.oneOf', 'expected at least one value'],
    ['{acked: [{json: {}}]}', '.acked[1].json', 'expected a JSON pointer such as /error'],
    ['{acked: [{json: [/a]}]}', '.acked[1].json', 'expected JSON pointers with their conditions, not a list'],
    ...['error', '$.error', '/a~2'].map((pointer) => [
      `{acked: [{json: {${pointer}: 1}}]}`,
      `.acked[1].json.${pointer}`,
      'expected a JSON pointer such as /error or /offsets/0/error_code',
    ]),
    ...['{presnt: true}', '{present: yes}', '{oneOf: 1}', '{oneOf: [1], present: true}'].map((condition) => [
      `{acked: [{json: {/a: ${condition}}}]}`,
      '.acked[1].json./a',
      'expected a JSON value, {oneOf: […]} or {present: true}',
    ]),
    ['{acked: [{header: {}}]}', '.acked[1].header', 'expected the name of a header'],
    ['{acked: [{header: {X Y: a}}]}', '.acked[1].header.X Y', 'expected the name of a header: letters'],
    [
      '{acked: [{header: {X: 1}}]}',
      '.acked[1].header.X',
      'expected a text, {oneOf: […]} or {present: true}, not 1',
    ],
    ['{acked: [{header: {X: {oneOf: [1]}}}]}', '.acked[1].header.X', 'expected a text, {oneOf: […]}'],
  ])('with the mistake %s are refused', async (rules, field, message) => {
    const { message: found } = await load(ofRequest(rules)).then(
      () => new Error('no mistake'),
      (error: Error) => error,
    );
    expect(found).toContain(`plan.yaml:8 ${AT}${field}: ${message}`);
  });

  it('of the whole plan are checked too, each mistake with its line', async () => {
    const text = plan('', 'outcome:\n  acked:\n    - status: 99\n  rejected:\n    - json: {a: 1}\n');
    const { message } = await load(text).then(
      () => new Error('no mistake'),
      (error: Error) => error,
    );
    expect(message).toMatch(
      /has 2 mistakes:\n.*:11 outcome\.acked\[1\]\.status: .*\n.*:13 outcome\.rejected\[1\]\.json\.a: /,
    );
  });
});
