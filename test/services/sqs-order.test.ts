import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { findIdentity } from '../../src/message/reading/find.ts';
import { qbl } from '../support/qbl.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { recordOf } from '../support/verification.ts';
import { allArrived, startServe } from './by-hand.ts';
import { describeWith } from './describe-with.ts';
import { type RunningElasticmq, startElasticmq } from './elasticmq.ts';
import { connect, KINDS, message, open, soon } from './sqs-bed.ts';

const DEADLINE_MS = 400_000;
const THREADS = 4;
const LOOPS = 25;
/** An emulator on a busy machine may answer slowly. */
const PATIENCE = '120s';

describeWith(['java', 'mvn'], 'the order of a FIFO queue of SQS', () => {
  let sqs: RunningElasticmq;
  beforeAll(async () => {
    sqs = await startElasticmq();
  });
  afterAll(() => sqs?.stop());

  async function runOrdered(queue: string, url: string, threads = THREADS, loops = LOOPS) {
    const size = ['--threads', String(threads), '--loops', String(loops)];
    const wait = ['--timeout', PATIENCE];
    const args = [
      'run',
      '--queue',
      queue,
      '--url',
      url,
      ...size,
      ...wait,
      '--consume',
      '--ordered',
      '--json',
    ];
    const ended = await qbl(args, { folder: await tempFolder(), deadlineMs: DEADLINE_MS });
    return { code: ended.code, record: recordOf(ended) };
  }

  /**
   * Starts a proxy that enqueues the fifth message of each thread after the sixth. If `keyed`, each thread has its own
   * message group, otherwise each message has its own.
   */
  async function startSwapping(queueUrl: string, keyed: boolean): Promise<string> {
    const queue = await open(queueUrl);
    await queue.prepare();
    const { sender } = await connect(queue, keyed);
    const held = new Map<number, string>();
    const enqueue = (body: string, thread: number) =>
      sender.send([message(body, keyed ? `thread-${thread}` : null)], soon());
    const server = createServer(async (request, response) => {
      const body = (await request.toArray()).join('');
      const { thread, loop } = identityIn(body);
      if (loop === 5) held.set(thread, body);
      else await enqueue(body, thread);
      const earlier = held.get(thread);
      if (loop === 6 && earlier !== undefined) await enqueue(earlier, thread);
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/send`;
  }

  test.each([
    ['with a key for each thread', 50, 100, ['--key-from', 'thread']],
    ['without keys, so that each message is a group of its own', THREADS, LOOPS, []],
  ])('holds %s', async (_, threads, loops, options) => {
    const queue = sqs.url(KINDS.FIFO());
    const { code, record } = await runOrdered(
      queue,
      await startServe(queue, '--timeout', PATIENCE, ...options),
      threads,
      loops,
    );
    expect(record).toMatchObject({ ...allArrived(threads * loops), outOfOrder: 0 });
    expect(code).toBe(0);
  });

  test('order is checked within a message group', async () => {
    const queue = sqs.url(KINDS.FIFO());
    const { code, record } = await runOrdered(queue, await startSwapping(queue, true));
    expect(record).toMatchObject({ verdict: 'fail', outOfOrder: THREADS, lost: 0 });
    expect(code).toBe(1);
  });

  test('order between groups is not checked, because SQS does not promise it', async () => {
    const queue = sqs.url(KINDS.FIFO());
    const { code, record } = await runOrdered(queue, await startSwapping(queue, false));
    expect(record).toMatchObject({ verdict: 'pass', outOfOrder: 0 });
    expect(code).toBe(0);
  });
});

function identityIn(body: string): { readonly thread: number; readonly loop: number } {
  const found = findIdentity(body);
  if (found === null) throw new Error('a message without identity');
  return found.claim.identity;
}
