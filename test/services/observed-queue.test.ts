import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CompareRecord } from '../../src/runs/documents/compare-json.ts';
import { qbl, startQbl } from '../support/qbl.ts';
import { runFile } from '../support/run-files.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { recordOf } from '../support/verification.ts';
import { describeWith } from './describe-with.ts';
import { type Behaviour, startConsumer } from './foreign-service.ts';
import { DEADLINE_MS, endOf, lastRow, PATIENT, RUN, SENT } from './observed.ts';
import { type RunningRabbitmq, startRabbitmq } from './rabbitmq.ts';
import { newName, numbers, openConnectedSender, openPrepared, send } from './rabbitmq-bed.ts';

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
    await start({ workMs: 40, prefetch: 1 });
    const ended = await run({}, ...PATIENT);
    const end = endOf(ended);
    expect(end, ended.stderr).toMatchObject({ taken: SENT, ready: 0 });
    expect(end.peakBacklog).toBeGreaterThan(0);
    // Processing 200 messages takes 8 s, at 40 ms for each message. Sending the messages takes less time.
    expect(end.drainRate?.messages).toBeGreaterThan(0);
    expect(end.drainRate?.messages).toBeLessThanOrEqual(SENT);
    const comparison: CompareRecord = JSON.parse(ended.stdout).comparison;
    const cells = (name: string) => comparison.rows.find((row) => row.name.trim() === name)?.cells;
    expect(cells('scalability: taken')).toEqual([SENT, SENT]);
    expect(cells('time until the queue is empty')?.every((value) => Number(value) > 1)).toBe(true);
    expect(cells('wait until processed, p99')?.[0]).toBeNull();
    expect(comparison.notes.join('\n')).toContain('the measured rate: the service took');
  });

  test('messages of a service that dies return to the queue, and the next service takes them', async () => {
    const { name, start, folder } = await bed();
    const first = await start({ acknowledges: false, prefetch: 120 });
    const running = startQbl([...RUN, '--queue', rabbitmq.url(name), ...PATIENT], { folder });
    await until('a service that holds 120 messages', async () => {
      const { taken, backlog, consumers } = await lastRow(folder);
      return taken === '120' && backlog === '80' && consumers === '1';
    });
    first.kill();
    await until('a backlog of all messages', async () => {
      const { taken, backlog, consumers } = await lastRow(folder);
      return taken === '0' && backlog === '200' && consumers === '0';
    });
    await start();
    const ended = await running.ended;
    expect(endOf(ended), ended.stderr).toMatchObject({
      ...{ taken: SENT, ready: 0, peakBacklog: SENT, consumers: 1 },
      emptyAtMs: expect.any(Number),
    });
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

  test('messages that waited before the run are counted separately', async () => {
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

  test('an unanswered question is reported with its reason, and the counts come back after a restart', async () => {
    const { queue } = await bed();
    const watch = await queue.openCountsWatch?.();
    if (watch === undefined) throw new Error('a RabbitMQ queue reports its counts');
    const counted = { kind: 'observed', ready: 0, consumers: 0, unacknowledged: { kind: 'unknown' } };
    expect(await watch.read()).toMatchObject(counted);
    await rabbitmq.kill();
    expect(await watch.read()).toEqual({ kind: 'unanswered', reason: expect.stringMatching(/./) });
    await rabbitmq.restart();
    await until('an answer', async () => (await watch.read()).kind === 'observed');
    expect(await watch.read()).toMatchObject(counted);
  });
});
