import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Identity } from '../src/message/identity.ts';
import {
  EVERY_50TH,
  except,
  expectSameByReplay,
  identities,
  identity,
  isEvery50th,
  kinds,
  LOOPS,
  laboratory,
  passOn,
  RUN,
  rewriting,
  SENT,
  SETTLE_SOON,
  THREADS,
} from './support/experiment.ts';
import type { Behaviour } from './support/lying-proxy.ts';
import { startQbl } from './support/qbl.ts';
import { hasEnded } from './support/run-files.ts';
import { until } from './support/until.ts';
import { recordOf } from './support/verification.ts';

const { judge, prepare } = laboratory();

test('an honest proxy passes', async () => {
  const result = await judge(passOn, '--exactly-once', '--ordered');
  expect(result).toMatchObject({
    code: 0,
    record: { verdict: 'pass', reasons: [], sent: SENT, acked: SENT },
  });
  expect(result.record).toMatchObject({ received: SENT, drained: true });
  await expectSameByReplay(result);
});

describe('an acknowledged message', () => {
  test('fails as lost if the proxy drops it, and is listed', async () => {
    const result = await judge(
      except(isEvery50th, () => 200),
      ...SETTLE_SOON,
    );
    expect(result).toMatchObject({ code: 1, record: { verdict: 'fail', acked: SENT, lost: 4 } });
    expect(kinds(result.record)).toEqual(['lost']);
    expect(identities(result.record.offenders.lost)).toEqual(EVERY_50TH);
    await expectSameByReplay(result, ...SETTLE_SOON);
  });

  test('passes if it is enqueued two seconds later', async () => {
    const late: Behaviour = ({ body }, enqueue) => {
      setTimeout(() => enqueue(body), 2_000);
      return 200;
    };
    const result = await judge(late);
    expect(result).toMatchObject({ code: 0, record: { verdict: 'pass', received: SENT, lost: 0 } });
    await expectSameByReplay(result);
  });

  test('fails if it is not enqueued within the settle time, and passes once it is in the queue', async () => {
    const held: (() => Promise<void>)[] = [];
    const hold: Behaviour = ({ body }, enqueue) => {
      held.push(() => enqueue(body));
      return 200;
    };
    const result = await judge(except(isEvery50th, hold), ...SETTLE_SOON);
    expect(result).toMatchObject({ code: 1, record: { verdict: 'fail', lost: 4 } });
    for (const release of held) await release();
    expect(await result.replay()).toMatchObject({ code: 0, record: { verdict: 'pass', lost: 0 } });
  });

  test('passes if it is enqueued slowly, because each arrival restarts the settle time', async () => {
    const held: (() => Promise<void>)[] = [];
    const hold: Behaviour = ({ body }, enqueue) => {
      held.push(() => enqueue(body));
      return 200;
    };
    const isHeld = ({ loop }: Identity) => loop === LOOPS;
    const { folder, args } = await prepare(except(isHeld, hold), '--settle', '10s');
    const running = startQbl(args, { folder });
    await until('the end of the sending', () => hasEnded(folder, RUN));
    for (const release of held) {
      await pause(1_200);
      await release();
    }
    const ended = await running.ended;
    expect(ended.code, ended.stderr).toBe(0);
    expect(recordOf(ended)).toMatchObject({ verdict: 'pass', lost: 0, received: SENT });
  });

  test('passes if it is repeated, but fails with --exactly-once', async () => {
    const repeat: Behaviour = async ({ body, identity }, enqueue) => {
      await Promise.all([enqueue(body), enqueue(body)]);
      if (identity.thread === 3) await enqueue(body);
      return 200;
    };
    const strict = await judge(except(isEvery50th, repeat), '--exactly-once');
    expect(strict).toMatchObject({ code: 1, record: { verdict: 'fail', duplicated: 4, received: SENT } });
    expect(kinds(strict.record)).toEqual(['duplicated']);
    expect(new Set(identities(strict.record.offenders.duplicated))).toEqual(new Set(EVERY_50TH));
    await expectSameByReplay(strict, '--exactly-once');
    const lenient = await strict.replay();
    expect(lenient).toMatchObject({ code: 0, record: { verdict: 'pass', duplicated: 4, reasons: [] } });
  });

  test('fails as corrupt if one byte is damaged', async () => {
    const damage = rewriting((body) => body.replace('"mensaje": "M', '"mensaje": "N'));
    const result = await judge(except(isEvery50th, damage));
    expect(result).toMatchObject({
      code: 1,
      record: { verdict: 'fail', corrupt: 4, received: SENT, lost: 0 },
    });
    expect(kinds(result.record)).toEqual(['corrupt']);
    expect(new Set(identities(result.record.offenders.corrupt))).toEqual(new Set(EVERY_50TH));
    await expectSameByReplay(result);
  });

  test('fails as corrupt and lost if it is truncated', async () => {
    const cut = rewriting((body) => body.slice(0, -20));
    const result = await judge(except(isEvery50th, cut), ...SETTLE_SOON);
    expect(result).toMatchObject({ code: 1, record: { verdict: 'fail', corrupt: 4, lost: 4 } });
    await expectSameByReplay(result, ...SETTLE_SOON);
  });

  test('passes if it is delivered after a later one of its thread, but fails with --ordered', async () => {
    const held = new Map<number, string>();
    const swap: Behaviour = async ({ body, identity: { thread, loop } }, enqueue) => {
      if (loop === 5) {
        held.set(thread, body);
        return 200;
      }
      await enqueue(body, 0);
      const earlier = held.get(thread);
      if (loop === 6 && earlier !== undefined) await enqueue(earlier, 0);
      return 200;
    };
    const result = await judge(swap);
    expect(result).toMatchObject({ code: 0, record: { verdict: 'pass', outOfOrder: THREADS } });
    await expectSameByReplay(result);
    const strict = await result.replay('--ordered');
    expect(strict).toMatchObject({ code: 1, record: { verdict: 'fail' } });
    expect(kinds(strict.record)).toEqual(['out-of-order']);
    expect(identities(strict.record.offenders.outOfOrder)).toEqual(
      Array.from({ length: THREADS }, (_, i) => identity(i + 1, 5)),
    );
  });
});
