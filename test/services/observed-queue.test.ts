import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CompareRecord } from '../../src/runs/documents/compare-json.ts';
import type { ObservedQueueRecord, QueueEnd } from '../../src/runs/documents/observed-service-json.ts';
import { type Ended, qbl } from '../support/qbl.ts';
import { runFile } from '../support/run-files.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { recordOf } from '../support/verification.ts';
import { describeWith } from './describe-with.ts';
import { type Behaviour, startConsumer } from './foreign-service.ts';
import { type RunningRabbitmq, startRabbitmq } from './rabbitmq.ts';
import { newName, numbers, openConnectedSender, openPrepared, send } from './rabbitmq-bed.ts';

const SENT = 200;
const RUN = ['run', '--run', 'mine', '--json', '--observe-service', '--threads', '10', '--loops', '20'];
/** How long a busy machine may pause a service that makes progress. */
const PATIENT = ['--settle', '60s'];
const DEADLINE_MS = 150_000;

describeWith(['rabbitmq-server'], 'a service that consumes a RabbitMQ queue', () => {
  let rabbitmq: RunningRabbitmq;
  beforeAll(async () => {
    rabbitmq = await startRabbitmq({ management: true });
  });
  afterAll(() => rabbitmq?.stop());

  /** A queue, and a run that observes its service. */
  async function bed() {
    const name = newName();
    const queue = await openPrepared(rabbitmq.url(name));
    const folder = await tempFolder();
    const run = (env: NodeJS.ProcessEnv, ...options: string[]) =>
      qbl([...RUN, '--queue', rabbitmq.url(name), ...options], { folder, env, deadlineMs: DEADLINE_MS });
    return {
      ...{ name, queue, folder, run },
      start: (how: Behaviour & { readonly prefetch?: number } = {}) =>
        startConsumer(rabbitmq.address, name, how),
    };
  }

  const withManagement = () => ({ QBL_AMQP_MANAGEMENT_URL: String(rabbitmq.managementUrl) });

  test('the run passes if the management API shows that everything was acknowledged', async () => {
    const { start, run, folder } = await bed();
    await start();
    const ended = await run(withManagement(), ...PATIENT, '--summary', 'qbl.md');
    expect(recordOf(ended), ended.stderr).toMatchObject({ verdict: 'pass', acked: SENT, received: SENT });
    expect(ended.code).toBe(0);
    const end = endOf(ended);
    expect(end).toMatchObject({
      ...{ messages: SENT, taken: SENT, ready: 0, unacknowledged: 0, consumers: 1, mostConsumers: 1 },
      notAcknowledged: null,
    });
    expect(end.acknowledgedAtMs).toBeGreaterThanOrEqual(end.lastArrivalMs ?? Number.NaN);
    expect(end.emptyAtMs).toBeLessThanOrEqual(end.acknowledgedAtMs ?? Number.NaN);
    expect(await readFile(join(folder, 'qbl.md'), 'utf8')).toContain('| taken | 200 of 200 messages |');
    const html = await readFile(runFile(folder, 'mine', 'report.html'), 'utf8');
    const { observed } = JSON.parse(/id="data">([^<]*)</.exec(html)?.[1] ?? '');
    expect(observed.facts).toContainEqual({ name: 'taken', value: '200 of 200 messages' });
    expect(observed.levelling).toMatchObject({ done: 'taken' });
    expect(observed.levelling.processed.at(-1)).toBe(SENT);
    expect(observed.levelling.unacknowledged.at(-1)).toBe(0);
    expect(observed.levelling.consumers.at(-1)).toBe(1);
  });

  test('without the management API, it stays unknown whether the service acknowledged', async () => {
    const { start, run } = await bed();
    await start();
    const ended = await run({}, ...PATIENT);
    expect(recordOf(ended), ended.stderr).toMatchObject({
      ...{ verdict: 'unknown', lost: 0, received: SENT },
      reasons: [{ kind: 'not-acknowledged', text: expect.stringContaining('AMQP does not report') }],
    });
    expect(ended.code).toBe(3);
    expect(endOf(ended)).toMatchObject({
      ...{ taken: SENT, ready: 0, consumers: 1, unacknowledged: null, acknowledgedAtMs: null },
      emptyAtMs: expect.any(Number),
    });
  });

  test('the rate of a slow service is measured, and the model predicts with it', async () => {
    const { start, run } = await bed();
    await start({ workMs: 20, prefetch: 1 });
    const ended = await run({}, ...PATIENT);
    const end = endOf(ended);
    expect(end, ended.stderr).toMatchObject({ taken: SENT, ready: 0 });
    expect(end.peakBacklog).toBeGreaterThan(0);
    // One message at a time, and 20 ms for each.
    expect(end.drainRate?.perSecond).toBeGreaterThan(0);
    expect(end.drainRate?.perSecond).toBeLessThanOrEqual(51);
    const comparison: CompareRecord = JSON.parse(ended.stdout).comparison;
    const cells = (name: string) => comparison.rows.find((row) => row.name.trim() === name)?.cells;
    expect(cells('scalability: taken')).toEqual([SENT, SENT]);
    expect(cells('time until the queue is empty')?.every((value) => Number(value) > 1)).toBe(true);
    expect(cells('wait until processed, p99')?.[0]).toBeNull();
    expect(comparison.notes.join('\n')).toContain('the measured rate: the service took');
  });

  test('messages of a service that dies return to the queue, and the backlog rises', async () => {
    const { name, start, run, folder } = await bed();
    await start({ diesAfter: 50, workMs: 20, prefetch: 100 });
    const ended = await run({}, '--settle', '2s');
    expect(recordOf(ended), ended.stderr).toMatchObject({ verdict: 'unknown', lost: 0, received: SENT });
    const ready = await readyIn(name);
    expect(ready).toBeGreaterThan(SENT - 50);
    expect(endOf(ended)).toMatchObject({
      ...{ ready, taken: SENT - ready, consumers: 0, mostConsumers: 1, emptyAtMs: null },
      notAcknowledged: expect.stringContaining(
        `${ready} messages were still ready in the queue; it is unknown`,
      ),
    });
    const taken = await takenIn(folder);
    // It held up to 100 messages while it worked on the first fifty.
    expect(Math.max(...taken)).toBeGreaterThan(SENT - ready);
  });

  test('messages that a service takes and never acknowledges are counted', async () => {
    const { start, run } = await bed();
    await start({ acknowledges: false, prefetch: 0 });
    const ended = await run(withManagement(), '--settle', '1s');
    expect(recordOf(ended), ended.stderr).toMatchObject({
      ...{ verdict: 'unknown', lost: 0, received: SENT },
      reasons: [
        {
          kind: 'not-acknowledged',
          text: '200 messages were delivered to the service and not acknowledged; the queue had 1 consumer; no progress for 1 s (--settle)',
        },
      ],
    });
    expect(endOf(ended)).toMatchObject({
      ...{ taken: SENT, ready: 0, unacknowledged: SENT, mostUnacknowledged: SENT, acknowledgedAtMs: null },
      emptyAtMs: expect.any(Number),
    });
  });

  test('messages that waited before the run count apart', async () => {
    const { queue, run } = await bed();
    const { sender } = await openConnectedSender(queue);
    await send(sender, numbers(0, 30));
    const ended = await run({}, '--settle', '500ms');
    expect(endOf(ended), ended.stderr).toMatchObject({
      ...{ waitingBefore: 30, messages: SENT, taken: 0, ready: SENT + 30, peakBacklog: SENT },
      consumers: 0,
    });
  });

  test('a management API that refuses the user is reported before anything is sent', async () => {
    const { run, folder, name } = await bed();
    await rabbitmq.ctl('add_user', name, 'secret');
    await rabbitmq.ctl('set_permissions', name, '.*', '.*', '.*');
    const user = { QBL_AMQP_USERNAME: name, QBL_AMQP_PASSWORD: 'secret' };
    const ended = await run({ ...withManagement(), ...user });
    expect(ended.stderr).toContain('the management API answered 401');
    expect(ended.stderr).not.toContain('secret');
    expect(ended.code).toBe(4);
    await expect(readFile(runFile(folder, 'mine', 'samples.jtl'))).rejects.toThrow('ENOENT');
  });

  async function readyIn(queue: string): Promise<number> {
    const rows = (await rabbitmq.ctl('-q', 'list_queues', 'name', 'messages_ready')).split('\n');
    return Number(rows.map((row) => row.split('\t')).find(([name]) => name === queue)?.[1]);
  }

  async function takenIn(folder: string): Promise<number[]> {
    const text = await readFile(runFile(folder, 'mine', 'observed-timeline.csv'), 'utf8');
    return text
      .trim()
      .split('\n')
      .slice(1)
      .map((row) => Number(row.split(',')[1]));
  }
});

function endOf(ended: Ended): QueueEnd {
  const { observed } = JSON.parse(ended.stdout) as { observed: ObservedQueueRecord };
  if (observed.end === null) throw new Error('the observation did not end');
  return observed.end;
}
