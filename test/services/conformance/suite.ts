import { stat } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OutgoingMessage, SendOutcome } from '../../../src/queue/queue.ts';
import { qbl, startQbl } from '../../support/qbl.ts';
import { runFile } from '../../support/run-files.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { until } from '../../support/until.ts';
import { recordOf } from '../../support/verification.ts';
import { allArrived, startServeWith } from '../by-hand.ts';
import { describeWith } from '../describe-with.ts';
import {
  drainWhole,
  kindsOf,
  message,
  messages,
  newQueueName,
  openConnectedSender,
  openPrepared,
  openReader,
  sendAll,
  textsOf,
} from './bed.ts';
import type { RunningSystem, System } from './system.ts';

const THREADS = 50;
const RUN_DEADLINE_MS = 400_000;
/** A sender reserves room for its system's framing, which may be more than the system needs. */
const SURELY_OVER_BYTES = 1_000;

/**
 * Tests what every queue system must do.
 * @param suffix suffix of the queue names
 * @param loops loops of each of the fifty threads in a whole run
 */
export function conforms(system: System, { suffix = '', loops = 200 } = {}): void {
  describeWith(system.tools, system.name, () => {
    let running: RunningSystem;
    beforeAll(async () => {
      running = await system.start();
    });
    afterAll(() => running?.stop());
    const openQueue = () => openPrepared(running, newQueueName(suffix));

    test('sends many messages at once, and reads each of them before the end', async () => {
      const queue = await openQueue();
      const { reader, read } = await openReader(queue);
      const all = messages(0, 1_000);
      expect(kindsOf(await sendAll(await openConnectedSender(queue), all))).toEqual(['acked']);
      await drainWhole(reader);
      expect(textsOf(read)).toEqual(textsOf(all));
    });

    test('reads to the new end after more messages have arrived', async () => {
      const queue = await openQueue();
      const { reader, read } = await openReader(queue);
      await drainWhole(reader);
      expect(read).toEqual([]);
      const sender = await openConnectedSender(queue);
      for (const [from, to] of [
        [0, 5],
        [5, 9],
      ] as const) {
        await sendAll(sender, messages(from, to));
        await drainWhole(reader);
        expect(textsOf(read)).toEqual(textsOf(messages(0, to)));
      }
    });

    test('keeps a repeated message, or reports that it drops repeats', async () => {
      const queue = await openQueue();
      const { reader, read } = await openReader(queue);
      const sender = await openConnectedSender(queue);
      const twice = message(
        '{"qbl":{"run":"r","group":1,"thread":1,"loop":1,"request":1,"sentAt":"1","sum":"0"}}',
      );
      await sendAll(sender, [twice]);
      expect(kindsOf(await sendAll(sender, [twice]))).toEqual(['acked']);
      await drainWhole(reader);
      expect(read).toHaveLength(queue.capabilities.deduplicates ? 1 : 2);
    });

    test('reports how many messages it holds', async () => {
      const queue = await openQueue();
      const sender = await openConnectedSender(queue);
      await sendAll(sender, messages(0, 25));
      await until('a depth of 25', async () => (await queue.depth()).ready === 25);
    });

    test('accepts a message at the size limit, and refuses only the one above it', async () => {
      const queue = await openQueue();
      const { reader, read } = await openReader(queue);
      const sender = await openConnectedSender(queue);
      const limit = ofBytes(sender.maxMessageBytes);
      const batch = [
        message('before'),
        ofBytes(sender.maxMessageBytes + SURELY_OVER_BYTES),
        message('after'),
      ];
      const outcomes = [
        ...(await sender.send([limit], performance.now() + 30_000)),
        ...(await sender.send(batch, performance.now() + 30_000)),
      ];
      expect(outcomes.map(({ kind }) => kind)).toEqual(['acked', 'acked', 'refused', 'acked']);
      expect(outcomes[2]).toMatchObject({ reason: 'too-large' });
      await drainWhole(reader);
      expect(textsOf(read)).toEqual(textsOf([limit, message('before'), message('after')]));
    });

    test('serve answers 200 at the size limit and 413 for one byte more', async () => {
      const name = newQueueName(suffix);
      const queue = await openPrepared(running, name);
      const { maxMessageBytes } = await openConnectedSender(queue);
      const limit = Math.min(maxMessageBytes, 1_048_576);
      const url = await startServeWith(running.env, running.url(name));
      expect(await post(url, ofBytes(limit))).toBe(200);
      expect(await post(url, ofBytes(limit + 1))).toBe(413);
    });

    test(`a run of ${THREADS * loops} messages passes`, async () => {
      const folder = await tempFolder();
      const url = running.url(newQueueName(suffix));
      const size = ['--threads', String(THREADS), '--loops', String(loops)];
      const args = ['run', '--queue', url, '--consume', ...size, '--json'];
      const run = await qbl(args, { folder, env: running.env, deadlineMs: RUN_DEADLINE_MS });
      expect(recordOf(run)).toMatchObject(allArrived(THREADS * loops));
      expect(run.code).toBe(0);
    });

    test('a run with a service passes, and the service has processed every message', async () => {
      const folder = await tempFolder();
      const url = running.url(newQueueName(suffix));
      const load = ['--threads', '10', '--loops', '10', '--service-rate', '200'];
      const args = ['run', '--queue', url, ...load, '--json'];
      const run = await qbl(args, { folder, env: running.env, deadlineMs: RUN_DEADLINE_MS });
      const record = recordOf(run);
      expect(record, run.stderr).toMatchObject({ verdict: 'pass', acked: 100, received: 100, lost: 0 });
      expect(record.service).toMatchObject({ ended: true, processed: 100, unprocessed: 0 });
      expect(run.code).toBe(0);
    });

    test('a queue killed during sending still has every acknowledged message', async () => {
      const queue = await openQueue();
      const { reader, read } = await openReader(queue);
      const sender = await openConnectedSender(queue);
      const acked = new Set<string>();
      let sent = 0;
      const sendSome = async () => {
        const some = messages(sent, sent + sender.maxBatchMessages);
        sent += some.length;
        note(acked, some, await sender.send(some, performance.now() + 15_000));
      };
      for (let batch = 0; batch < 5; batch++) await sendSome();
      const sending = Promise.all(Array.from({ length: sender.maxInFlight }, sendSome));
      await running.kill();
      await running.restart();
      await sending;
      await until('a sender that is connected again', () => sender.connected, RUN_DEADLINE_MS);
      const ackedBefore = acked.size;
      await until('an ack after the restart', async () => {
        await sendSome();
        return acked.size > ackedBefore;
      });
      await drainWhole(reader);
      const there = new Set(textsOf(read));
      expect([...acked].filter((text) => !there.has(text))).toEqual([]);
    });

    test('a run loses no acknowledged message when its queue is killed', async () => {
      const folder = await tempFolder();
      const url = running.url(newQueueName(suffix));
      // The plan limits the loops and not the time. On a busy machine, a queue may take only few messages in a few
      // seconds.
      const size = ['--threads', '20', '--loops', '80', '--rate', '200'];
      const load = [...size, '--rate-tolerance', '100%', '--allow-errors'];
      const args = ['run', '--run', 'killed', '--queue', url, '--consume', ...load, '--json'];
      const run = startQbl(args, { folder, env: running.env, deadlineMs: RUN_DEADLINE_MS });
      await until('a run that sends', () => hasSamples(folder, 'killed'), RUN_DEADLINE_MS);
      await running.kill();
      await running.restart();
      const ended = await run.ended;
      const record = recordOf(ended);
      expect(record, ended.stderr).toMatchObject({ verdict: 'pass', lost: 0, corrupt: 0, phantom: 0 });
      expect(record.acked).toBeGreaterThan(100);
      expect(ended.code).toBe(0);
    });
  });
}

function note(acked: Set<string>, sent: readonly OutgoingMessage[], outcomes: readonly SendOutcome[]): void {
  for (const [i, { value }] of sent.entries()) {
    if (outcomes[i]?.kind === 'acked') acked.add(value.toString());
  }
}

/** A JSON text of exactly this many bytes. */
function ofBytes(bytes: number): OutgoingMessage {
  return message(`"${'x'.repeat(bytes - 2)}"`);
}

async function post(url: string, { value }: OutgoingMessage): Promise<number> {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: value.toString() });
  await response.arrayBuffer();
  return response.status;
}

async function hasSamples(folder: string, run: string): Promise<boolean> {
  const file = await stat(runFile(folder, run, 'samples.jtl')).catch(() => null);
  return (file?.size ?? 0) > SOME_SAMPLES_BYTES;
}

/** Size of a samples file with a few hundred rows. */
const SOME_SAMPLES_BYTES = 50_000;
