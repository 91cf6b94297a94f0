import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CompareRecord } from '../../src/runs/documents/compare-json.ts';
import { qbl, startQbl } from '../support/qbl.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { recordOf } from '../support/verification.ts';
import { describeWith } from './describe-with.ts';
import { type RunningElasticmq, startElasticmq } from './elasticmq.ts';
import { type Behaviour, startReceiver } from './foreign-service.ts';
import { DEADLINE_MS, endOf, lastRow, PATIENT, RUN, SENT } from './observed.ts';
import { KINDS } from './sqs-bed.ts';
import { makeQueue } from './sqs-by-hand.ts';

/** The expected verdict: nothing was read, so nothing is proven about the messages. */
const NOT_READ = { verdict: 'unknown', reading: 'none', acked: SENT, received: 0, drained: false };

describeWith(['java'], 'a service that consumes an SQS queue', () => {
  let sqs: RunningElasticmq;
  beforeAll(async () => {
    sqs = await startElasticmq();
  });
  afterAll(() => sqs?.stop());

  /** A queue whose received messages stay hidden for some seconds, and a run that observes its service. */
  async function bed(hiddenSeconds = 600) {
    const name = KINDS.standard();
    await makeQueue(sqs, name, { VisibilityTimeout: String(hiddenSeconds) });
    const folder = await tempFolder();
    const args = [...RUN, '--queue', sqs.url(name)];
    return {
      folder,
      args,
      run: (...options: string[]) => qbl([...args, ...options], { folder, deadlineMs: DEADLINE_MS }),
      start: (how: Behaviour = {}) => startReceiver(sqs.endpoint, name, how),
    };
  }

  test('the service gets every message, because qbl reads none', async () => {
    const { start, run, folder } = await bed();
    await start();
    const ended = await run(...PATIENT);
    expect(recordOf(ended), ended.stderr).toMatchObject(NOT_READ);
    expect(recordOf(ended).reasons).toMatchObject([
      { kind: 'incomplete-drain', text: expect.stringContaining('the queue was not read') },
    ]);
    expect(ended.code).toBe(3);
    expect(recordOf(ended).offenders.lost).toEqual([]);
    const gate = await qbl(['report', 'mine', '--fail-if', 'lost > 0'], { folder });
    expect(gate.stderr, gate.stdout).toContain('unknown: lost > 0: a run has no figure for lost');
    const end = endOf(ended);
    expect(end).toMatchObject({
      ...{ messages: SENT, taken: SENT, ready: 0, unacknowledged: 0, consumers: null },
      notAcknowledged: null,
    });
    expect(end.acknowledgedAtMs).toBeGreaterThanOrEqual(end.emptyAtMs ?? Number.NaN);
  });

  test('the rate of a slow service is measured, and the model predicts with it', async () => {
    const { start, run } = await bed();
    await start({ workMs: 40 });
    const ended = await run(...PATIENT);
    const end = endOf(ended);
    expect(end, ended.stderr).toMatchObject({ taken: SENT, ready: 0, unacknowledged: 0 });
    // Processing 200 messages takes 8 s, at 40 ms for each message. Sending the messages takes less time.
    expect(end.peakBacklog).toBeGreaterThan(0);
    expect(end.drainRate?.messages).toBeGreaterThan(0);
    const { rows }: CompareRecord = JSON.parse(ended.stdout).comparison;
    const cells = (name: string) => rows.find((row) => row.name.trim() === name)?.cells;
    expect(cells('scalability: taken')).toEqual([SENT, SENT]);
    expect(cells('time until all messages are acknowledged')?.every((value) => Number(value) > 1)).toBe(true);
  });

  test('messages that a service takes and never deletes are counted', async () => {
    const { start, run } = await bed();
    await start({ acknowledges: false });
    const ended = await run('--settle', '10s');
    expect(recordOf(ended), ended.stderr).toMatchObject(NOT_READ);
    expect(recordOf(ended).reasons.map(({ kind }) => kind)).toEqual(['incomplete-drain', 'not-acknowledged']);
    expect(endOf(ended)).toMatchObject({
      ...{ taken: SENT, ready: 0, unacknowledged: SENT, acknowledgedAtMs: null },
      notAcknowledged:
        '200 messages were delivered to the service and not acknowledged; no progress for 10 s (--settle)',
    });
  });

  test('messages of a service that dies return to the queue, and the next service takes them', async () => {
    const { start, args, folder } = await bed(20);
    const first = await start({ acknowledges: false });
    const running = startQbl([...args, ...PATIENT], { folder });
    await until(
      'a service that holds a message',
      async () => Number((await lastRow(folder)).unacknowledged) > 0,
    );
    first.kill();
    await until('a backlog of all messages', async () => {
      const { taken, backlog, unacknowledged } = await lastRow(folder);
      return taken === '0' && backlog === '200' && unacknowledged === '0';
    });
    await start();
    const ended = await running.ended;
    expect(endOf(ended), ended.stderr).toMatchObject({
      ...{ taken: SENT, ready: 0, unacknowledged: 0, peakBacklog: SENT },
      notAcknowledged: null,
    });
  });
});
