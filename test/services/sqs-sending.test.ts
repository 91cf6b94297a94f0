import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RESERVED_KEY } from '../../src/message/identity.ts';
import { describeWith } from './describe-with.ts';
import { type RunningElasticmq, startElasticmq } from './elasticmq.ts';
import { connect, KINDS, type Kind, message, open, sendAll, soon, takeAll, tally, texts } from './sqs-bed.ts';

const ACKED = { kind: 'acked', place: null };

describeWith(['java', 'mvn'], 'sending to SQS', () => {
  let sqs: RunningElasticmq;
  beforeAll(async () => {
    sqs = await startElasticmq();
  });
  afterAll(() => sqs?.stop());

  describe.each(Object.keys(KINDS) as Kind[])('%s queue', (kind) => {
    test('creates a missing queue, stores messages unchanged, and reports the depth', async () => {
      const queue = await open(sqs.url(KINDS[kind]()));
      const { sender, states } = await connect(queue);
      expect(states).toEqual([{ kind: 'connected' }]);
      const sent = ['{"a":1}', 'é\u{1F600}\ufeff\ufffd', '\t\r\n "\\<>&'];
      expect(
        await sender.send(
          sent.map((text) => message(text)),
          soon(),
        ),
      ).toEqual([ACKED, ACKED, ACKED]);
      expect(await queue.depth()).toEqual({ ready: 3, inFlight: 0 });
      const deliveries = await takeAll(queue);
      expect(texts(deliveries).sort()).toEqual(sent.sort());
      // Each message without a key is its own message group, and a FIFO queue keeps order only within a group.
      const groups = kind === 'FIFO' ? [0, 1, 2] : [0, 0, 0];
      expect(deliveries.map(({ partition }) => partition)).toEqual(groups);
      expect(deliveries.map(({ offset }) => offset)).toEqual([0, 1, 2]);
      expect(deliveries.map(({ redelivered }) => redelivered)).toEqual([false, false, false]);
      expect(await queue.depth()).toEqual({ ready: 0, inFlight: 0 });
    });

    test('accepts a message at the size limit, and refuses only the one that is a byte larger', async () => {
      const queue = await open(sqs.url(KINDS[kind]()));
      const { sender } = await connect(queue);
      const largest = 'x'.repeat(sender.maxMessageBytes);
      const outcomes = [
        ...(await sender.send([message(largest)], soon())),
        ...(await sender.send([message('before'), message(`${largest}x`), message('after')], soon())),
      ];
      expect(outcomes).toEqual([
        ACKED,
        ACKED,
        {
          kind: 'refused',
          reason: 'too-large',
          detail: expect.stringContaining(`${largest.length + 1} bytes`),
        },
        ACKED,
      ]);
      expect(texts(await takeAll(queue)).sort()).toEqual(['after', 'before', largest]);
    });

    test('halves a batch that is too large as a whole', async () => {
      const queue = await open(sqs.url(KINDS[kind]()));
      const { sender } = await connect(queue);
      const batch = Array.from({ length: 10 }, (_, index) => message(String(index).repeat(200_000)));
      expect(tally(await sender.send(batch, soon()))).toEqual({ acked: 10 });
      expect(texts(await takeAll(queue))).toHaveLength(10);
    });

    test('refuses a message that is not text, but not the others', async () => {
      const queue = await open(sqs.url(KINDS[kind]()));
      const { sender } = await connect(queue);
      const batch = [
        message('good'),
        message('\u0001'),
        message('\ufffe'),
        message(''),
        { key: null, value: Buffer.from([0xff]) },
        // A surrogate, which is invalid in UTF-8.
        { key: null, value: Buffer.from([0xed, 0xa0, 0x80]) },
      ];
      const outcomes = await sender.send(batch, soon());
      expect(tally(outcomes)).toEqual({ acked: 1, 'refused: invalid': 5 });
      expect(texts(await takeAll(queue))).toEqual(['good']);
    });
  });

  test('stores 10,000 messages sent concurrently', async () => {
    const queue = await open(sqs.url(KINDS.standard()));
    const { sender } = await connect(queue);
    const sent = Array.from({ length: 10_000 }, (_, index) => String(index));
    const begunAtMs = performance.now();
    const outcomes = await sendAll(
      sender,
      sent.map((text) => message(text)),
    );
    process.stderr.write(`SQS: ${perSecond(sent.length, begunAtMs)} sends/s\n`);
    expect(tally(outcomes)).toEqual({ acked: 10_000 });
    expect(await queue.depth()).toEqual({ ready: 10_000, inFlight: 0 });
    expect(texts(await takeAll(queue)).sort()).toEqual(sent.sort());
  });

  test('a FIFO queue drops only messages with the identity of an earlier one', async () => {
    const queue = await open(sqs.url(KINDS.FIFO()));
    const { sender } = await connect(queue);
    const repeated = withIdentity(1);
    const sent = [repeated, withIdentity(2), 'without', 'without'];
    const first = await sender.send(
      sent.map((text) => message(text)),
      soon(),
    );
    const again = await sender.send([message(repeated)], soon());
    expect(tally([...first, ...again])).toEqual({ acked: 5 });
    expect(texts(await takeAll(queue)).sort()).toEqual(sent.sort());
    expect(queue.capabilities).toMatchObject({ deduplicates: true, order: 'message group' });
  });

  test('a FIFO queue keeps the order of each key, for any key', async () => {
    const queue = await open(sqs.url(KINDS.FIFO()));
    const { sender } = await connect(queue, true);
    expect(sender.maxInFlight).toBe(1);
    const keys = ['a', 'ein Schlüssel', 'k'.repeat(500)];
    const sent = Array.from({ length: 300 }, (_, index) => ({ key: keys[index % 3] ?? '', index }));
    const outcomes = await sendAll(
      sender,
      sent.map(({ key, index }) => message(JSON.stringify({ key, index }), key)),
    );
    expect(tally(outcomes)).toEqual({ acked: 300 });
    const received: typeof sent = texts(await takeAll(queue)).map((text) => JSON.parse(text));
    for (const key of keys) {
      const ofKey = (messages: typeof sent) => messages.filter((one) => one.key === key);
      expect(ofKey(received)).toEqual(ofKey(sent));
    }
  });

  test('keys need a FIFO queue', async () => {
    const queue = await open(sqs.url(KINDS.standard()));
    expect(queue.capabilities).toMatchObject({ deduplicates: false, order: null });
    await expect(queue.openSender({ keyed: true, onConnection: () => {} })).rejects.toMatchObject({
      exitCode: 2,
      hint: expect.stringContaining('.fifo'),
    });
  });
});

function withIdentity(loop: number): string {
  const claim = { run: 'mine', group: 1, thread: 1, loop, request: 1, sentAt: '1', sum: 'none' };
  return JSON.stringify({ envelope: { [RESERVED_KEY]: claim } });
}

function perSecond(count: number, sinceMs: number): number {
  return Math.round((count / (performance.now() - sinceMs)) * 1_000);
}
