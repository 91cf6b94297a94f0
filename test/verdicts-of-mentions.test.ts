import { expect, test } from 'vitest';
import { expectSameByReplay, laboratory, rewriting, SENT } from './support/experiment.ts';
import type { Behaviour } from './support/lying-proxy.ts';

const { judge } = laboratory();

const SERVICE = ['--service-rate', '10000'];

/** A proxy that also writes an event about each message, with the key of the message for correlation. */
const withEvents: Behaviour = async ({ body }, enqueue) => {
  await enqueue(body);
  await enqueue(JSON.stringify({ type: 'accepted', qbl: JSON.parse(body).qbl }));
  return 200;
};

test('a message passes in an envelope that repeats its key', async () => {
  const wrap = rewriting((body) => {
    const message = JSON.parse(body);
    const data = body.length % 2 === 0 ? message : body;
    return JSON.stringify({ meta: { qbl: message.qbl }, data });
  });
  const result = await judge(wrap, ...SERVICE, '--exactly-once');
  expect(result).toMatchObject({ code: 0, record: { verdict: 'pass', received: SENT, foreign: 0 } });
  await expectSameByReplay(result, '--exactly-once');
});

test('a service that takes an event about a message did not process the message twice', async () => {
  const result = await judge(withEvents, ...SERVICE, '--exactly-once');
  const service = { processed: SENT, processedTwice: 0, unprocessed: 0 };
  expect(result).toMatchObject({
    code: 0,
    record: { verdict: 'pass', received: SENT, foreign: SENT, service },
  });
  await expectSameByReplay(result, '--exactly-once');
});
