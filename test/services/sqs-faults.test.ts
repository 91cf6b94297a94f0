import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sender, SendOutcome } from '../../src/queue/queue.ts';
import { until } from '../support/until.ts';
import { describeWith } from './describe-with.ts';
import { type RunningElasticmq, startElasticmq } from './elasticmq.ts';
import { connect, KINDS, type Kind, message, open, soon, takeAll, tally, texts } from './sqs-bed.ts';
import { type Intervene, serviceError, startSqsProxy } from './sqs-proxy.ts';

const SEND = 'SendMessageBatch';

/** Returns a function that calls `intervene` for this many batches, and forwards all later batches unchanged. */
function firstBatches(count: number, intervene: Intervene): Intervene {
  let left = count;
  return (action, body) => (action === SEND && left-- > 0 ? intervene(action, body) : null);
}

describeWith(['java', 'mvn'], 'sending to an SQS queue with errors', () => {
  let sqs: RunningElasticmq;
  beforeAll(async () => {
    sqs = await startElasticmq();
  });
  afterAll(() => sqs?.stop());

  /** Opens a sender whose connection to SQS goes through a proxy of its own, and the queue without a proxy. */
  async function behindProxy(kind: Kind, keyed = false) {
    const name = KINDS[kind]();
    const proxy = await startSqsProxy(sqs.port);
    const { sender, states } = await connect(await open(proxy.url(name)), keyed);
    return { proxy, sender, states, queue: await open(sqs.url(name)) };
  }

  describe('a lost answer', () => {
    test('a lost answer of a standard queue leaves the message unknown, and it is not sent again', async () => {
      const { proxy, sender, queue } = await behindProxy('standard');
      proxy.intervene(firstBatches(1, () => 'lose-answer'));
      const outcomes = await sender.send([message('a'), message('b')], soon(5_000));
      expect(tally(outcomes)).toEqual({ unknown: 2 });
      expect(proxy.requests.get(SEND)).toBe(1);
      expect(texts(await takeAll(queue)).sort()).toEqual(['a', 'b']);
    });

    test('after a lost answer of a FIFO queue, the message is sent again with the same id, acknowledged, and stored once', async () => {
      const { proxy, sender, queue } = await behindProxy('FIFO');
      proxy.intervene(firstBatches(2, () => 'lose-answer'));
      const outcomes = await sender.send([message('a'), message('b')], soon(20_000));
      expect(tally(outcomes)).toEqual({ acked: 2 });
      expect(proxy.requests.get(SEND)).toBe(3);
      expect(texts(await takeAll(queue)).sort()).toEqual(['a', 'b']);
    });

    test('a refusal after a lost answer of a FIFO queue leaves the message unknown', async () => {
      const { proxy, sender, queue } = await behindProxy('FIFO');
      let batches = 0;
      proxy.intervene((action) => {
        if (action !== SEND) return null;
        return batches++ === 0 ? 'lose-answer' : serviceError(400, 'AccessDenied');
      });
      expect(tally(await sender.send([message('a')], soon(20_000)))).toEqual({ unknown: 1 });
      expect(texts(await takeAll(queue))).toEqual(['a']);
    });
  });

  test.each(Object.keys(KINDS) as Kind[])(
    'a message without an answer by the deadline is unknown in a %s queue',
    async (kind) => {
      const { proxy, sender } = await behindProxy(kind);
      proxy.intervene((action) => (action === SEND ? 'hang' : null));
      const deadlineMs = soon(1_500);
      expect(tally(await sender.send([message('a')], deadlineMs))).toEqual({ unknown: 1 });
      expect(performance.now()).toBeGreaterThanOrEqual(deadlineMs);
    },
  );

  test.each(['RequestThrottled', 'ThrottlingException', 'OverLimit', 'KmsThrottled'])(
    'a batch answered with %s is sent again until it is accepted',
    async (code) => {
      const { proxy, sender, queue } = await behindProxy('standard');
      proxy.intervene(firstBatches(2, () => serviceError(400, code)));
      expect(tally(await sender.send([message('a')], soon(20_000)))).toEqual({ acked: 1 });
      expect(proxy.requests.get(SEND)).toBe(3);
      expect(texts(await takeAll(queue))).toEqual(['a']);
    },
  );

  test('a message that is throttled until its deadline is refused as unavailable', async () => {
    const { proxy, sender } = await behindProxy('standard');
    proxy.intervene(firstBatches(Number.POSITIVE_INFINITY, () => serviceError(400, 'RequestThrottled')));
    expect(await sender.send([message('a')], soon(3_000))).toEqual([
      { kind: 'refused', reason: 'unavailable', detail: 'RequestThrottled: simulated by the test' },
    ]);
  });

  test.each([
    [403, 'AccessDenied', { 'refused: not-authorized': 2 }],
    [400, 'UnsupportedOperation', { 'refused: invalid': 2 }],
    [500, 'InternalFailure', { unknown: 2 }],
    [503, 'ServiceUnavailable', { unknown: 2 }],
    [400, 'SomethingNew', { unknown: 2 }],
  ])('a batch answered with %i %s has the expected outcomes', async (status, code, expected) => {
    const { proxy, sender } = await behindProxy('standard');
    proxy.intervene((action) => (action === SEND ? serviceError(status, code) : null));
    expect(tally(await sender.send([message('a'), message('b')], soon(5_000)))).toEqual(expected);
  });

  test('an invalid answer leaves the messages unknown', async () => {
    const { proxy, sender } = await behindProxy('standard');
    proxy.intervene(firstBatches(1, () => () => '<html>a page of a proxy</html>'));
    expect(tally(await sender.send([message('a')], soon(5_000)))).toEqual({ unknown: 1 });
  });

  test('entries of a batch can fail separately, each for its own reason', async () => {
    const { proxy, sender, queue } = await behindProxy('standard');
    const failed = (Id: string, Code: string, SenderFault: boolean) => ({
      Id,
      Code,
      SenderFault,
      Message: 'm',
    });
    proxy.intervene(
      firstBatches(1, () => (answer) => {
        const { Successful } = JSON.parse(answer);
        return JSON.stringify({
          Successful: Successful.slice(0, 1),
          Failed: [
            failed('1', 'InvalidMessageContents', true),
            failed('2', 'MessageTooLong', true),
            failed('3', 'AccessDenied', true),
            failed('4', 'InternalError', false),
            failed('5', 'ServiceUnavailable', false),
            failed('6', 'SomethingNew', true),
          ],
        });
      }),
    );
    const outcomes = await sender.send(
      Array.from({ length: 8 }, (_, index) => message(String(index))),
      soon(5_000),
    );
    const [acked, ...others] = outcomes.map((outcome) => tally([outcome]));
    expect(acked).toEqual({ acked: 1 });
    expect(others.map((counts) => Object.keys(counts)[0])).toEqual([
      'refused: invalid',
      'refused: too-large',
      'refused: not-authorized',
      'unknown',
      'unknown',
      'refused: invalid',
      'unknown',
    ]);
    expect(texts(await takeAll(queue))).toHaveLength(8);
  });

  test('a throttled entry is sent again alone', async () => {
    const { proxy, sender } = await behindProxy('standard');
    const sizes: number[] = [];
    let batches = 0;
    proxy.intervene((action, body) => {
      if (action !== SEND) return null;
      sizes.push(JSON.parse(body).Entries.length);
      if (batches++ > 0) return null;
      return (answer) => {
        const { Successful } = JSON.parse(answer);
        return JSON.stringify({
          Successful: Successful.slice(1),
          Failed: [{ Id: '0', Code: 'KmsThrottled', SenderFault: true }],
        });
      };
    });
    expect(tally(await sender.send([message('a'), message('b')], soon(10_000)))).toEqual({ acked: 2 });
    expect(sizes).toEqual([2, 1]);
  });

  test('a message that a later one of its key has overtaken is not sent again', async () => {
    const { proxy, sender } = await behindProxy('FIFO', true);
    proxy.intervene(
      firstBatches(1, () => (answer) => {
        const { Successful } = JSON.parse(answer);
        return JSON.stringify({
          Successful: Successful.slice(2),
          Failed: ['0', '1'].map((Id) => ({ Id, Code: 'KmsThrottled', SenderFault: true })),
        });
      }),
    );
    const batch = [message('a1', 'a'), message('b1', 'b'), message('a2', 'a')];
    const outcomes = await sender.send(batch, soon(10_000));
    expect(outcomes.map(({ kind }) => kind)).toEqual(['refused', 'acked', 'acked']);
  });

  test('if SQS stored different bytes, according to their MD5, the message is unknown', async () => {
    const { proxy, sender } = await behindProxy('FIFO');
    proxy.intervene(
      firstBatches(
        1,
        () => (answer) => answer.replace(/("MD5OfMessageBody":")[0-9a-f]{32}/, `$1${'0'.repeat(32)}`),
      ),
    );
    const outcomes = await sender.send([message('a'), message('b')], soon(5_000));
    expect(outcomes).toEqual([
      { kind: 'unknown', detail: expect.stringContaining('MD5') },
      { kind: 'acked', place: null },
    ]);
    expect(proxy.requests.get(SEND)).toBe(1);
  });

  test('a queue that was deleted during the run is recreated', async () => {
    const { proxy, sender, queue } = await behindProxy('standard');
    proxy.intervene(firstBatches(1, () => serviceError(400, 'QueueDoesNotExist')));
    expect(tally(await sender.send([message('a')], soon(10_000)))).toEqual({ acked: 1 });
    expect(texts(await takeAll(queue))).toEqual(['a']);
  });

  test('an error does not repeat a secret from the service answer', async () => {
    const { proxy, sender } = await behindProxy('standard');
    const words =
      "The request signature does not match.\n\nThe Canonical String:\n'x-amz-security-token:SECRET'";
    proxy.intervene((action) => {
      if (action !== SEND) return null;
      return { status: 403, body: { __type: 'SignatureDoesNotMatch', message: words } };
    });
    expect(await sender.send([message('a')], soon(5_000))).toEqual([
      {
        kind: 'refused',
        reason: 'not-authorized',
        detail: 'SignatureDoesNotMatch: The request signature does not match.',
      },
    ]);
  });
});

/** Sends batch after batch, as many at once as the sender accepts. */
async function sendUntil(signal: AbortSignal, sender: Sender) {
  const sent: string[] = [];
  const outcomes: SendOutcome[] = [];
  const sendOn = async () => {
    while (!signal.aborted) {
      const from = sent.length;
      for (let i = 0; i < sender.maxBatchMessages; i++) sent.push(String(from + i));
      const batch = sent.slice(from).map((text) => message(text));
      for (const [i, outcome] of (await sender.send(batch, soon(5_000))).entries())
        outcomes[from + i] = outcome;
    }
  };
  await Promise.all(Array.from({ length: sender.maxInFlight }, sendOn));
  return { sent, outcomes };
}

describeWith(['java', 'mvn'], 'an SQS service that was killed', () => {
  let sqs: RunningElasticmq;
  beforeAll(async () => {
    sqs = await startElasticmq();
  });
  afterAll(() => sqs?.stop());

  test('a sender waits for a killed service and shows the reason; meanwhile it refuses messages, and no acknowledged one is lost', async () => {
    const queue = await open(sqs.url(KINDS.standard()));
    const { sender, states } = await connect(queue);
    const enough = new AbortController();
    const sending = sendUntil(enough.signal, sender);
    await until('some stored messages', async () => (await queue.depth()).ready > 500);
    await sqs.kill();
    const known = { kind: 'waiting', reason: expect.stringContaining('ECONNREFUSED') };
    await expect.poll(() => states.at(-1)).toEqual(known);
    enough.abort();
    const { sent, outcomes } = await sending;
    expect(await sender.send([message('a sender that is not connected')], soon(500))).toEqual([
      { kind: 'refused', reason: 'unavailable', detail: expect.stringContaining('ECONNREFUSED') },
    ]);
    await sqs.restart();
    await until('a sender that is connected again', () => sender.connected);
    expect(tally(await sender.send([message('afterwards')], soon()))).toEqual({ acked: 1 });

    const counts = tally(outcomes);
    expect(counts['acked']).toBeGreaterThan(0);
    expect(counts['refused: unavailable']).toBeGreaterThan(0);
    const there = texts(await takeAll(queue));
    expect(new Set(there).size).toBe(there.length);
    const missing = sent.filter((text, index) => outcomes[index]?.kind === 'acked' && !there.includes(text));
    const refusedYetThere = sent.filter(
      (text, index) => outcomes[index]?.kind === 'refused' && there.includes(text),
    );
    expect({ missing, refusedYetThere }).toEqual({ missing: [], refusedYetThere: [] });
  });
});
