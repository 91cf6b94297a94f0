import { describe, expect, test } from 'vitest';
import type { Identity } from '../src/message/identity.ts';
import { writeMessage } from '../src/message/write.ts';
import {
  EVERY_50TH,
  except,
  expectSameByReplay,
  identities,
  identity,
  isEvery50th,
  judged,
  kinds,
  LOOPS,
  laboratory,
  SENT,
  THREADS,
} from './support/experiment.ts';
import { freePort } from './support/free-port.ts';
import type { Behaviour } from './support/lying-proxy.ts';

const { judge, prepareAt } = laboratory();

describe('a rejected message', () => {
  test('fails if it is in the queue', async () => {
    const lie: Behaviour = async ({ body }, enqueue) => {
      await enqueue(body);
      return 400;
    };
    const result = await judge(except(isEvery50th, lie), '--allow-errors');
    expect(result).toMatchObject({ code: 1, record: { verdict: 'fail', rejected: 4, phantom: 4 } });
    expect(kinds(result.record)).toEqual(['phantom']);
    expect(identities(result.record.offenders.phantom)).toEqual(EVERY_50TH);
    await expectSameByReplay(result);
  });

  test('passes if it is not in the queue', async () => {
    const result = await judge(
      except(isEvery50th, () => 400),
      '--allow-errors',
    );
    expect(result).toMatchObject({
      code: 0,
      record: { verdict: 'pass', rejected: 4, phantom: 0, acked: 196 },
    });
    await expectSameByReplay(result);
  });

  test('gives unknown if every message was rejected, because nothing was tested', async () => {
    const experiment = await prepareAt(`http://127.0.0.1:${await freePort()}/send`, '--allow-errors');
    const { code, record } = await judged(experiment);
    expect({ code, record }).toMatchObject({
      code: 3,
      record: { verdict: 'unknown', rejected: SENT, acked: 0 },
    });
    expect(kinds(record)).toEqual(['nothing-acked']);
  });
});

describe('a message with an indeterminate outcome', () => {
  const error500: Behaviour = async ({ body }, enqueue) => {
    await enqueue(body);
    return 500;
  };

  test('passes as recovered if it is in the queue', async () => {
    const result = await judge(except(isEvery50th, error500), '--exactly-once', '--allow-errors');
    expect(result).toMatchObject({ code: 0, record: { verdict: 'pass', acked: 196, indeterminate: 4 } });
    expect(result.record).toMatchObject({ recovered: 4, unresolved: 0, received: SENT });
    await expectSameByReplay(result, '--exactly-once');
  });

  test('passes as unresolved if it is not in the queue', async () => {
    const result = await judge(
      except(isEvery50th, () => 500),
      '--allow-errors',
    );
    expect(result).toMatchObject({ code: 0, record: { verdict: 'pass', acked: 196, indeterminate: 4 } });
    expect(result.record).toMatchObject({ recovered: 0, unresolved: 4, received: 196 });
    await expectSameByReplay(result);
  });

  test('gives unknown if no message was acknowledged, even if all are in the queue', async () => {
    const result = await judge(error500, '--allow-errors');
    expect(result).toMatchObject({ code: 3, record: { verdict: 'unknown', acked: 0, recovered: SENT } });
    expect(kinds(result.record)).toEqual(['nothing-acked']);
    await expectSameByReplay(result);
  });

  test('counts as rejected if --rejected-status names its status', async () => {
    const result = await judge(except(isEvery50th, error500), '--rejected-status', '500', '--allow-errors');
    expect(result).toMatchObject({ code: 1, record: { verdict: 'fail', indeterminate: 0, phantom: 4 } });
    await expectSameByReplay(result);
  });
});

describe('a message in the queue that was never sent', () => {
  const isFirst = ({ thread, loop }: Identity) => thread === 1 && loop === 1;
  const alongside = (values: (identity: Identity) => (string | null)[]): Behaviour =>
    except(isFirst, async ({ body, identity }, enqueue) => {
      for (const value of values(identity)) await enqueue(value);
      await enqueue(body);
      return 200;
    });

  test('fails if it has the ID of the run and a valid checksum', async () => {
    const forged = (identity: Identity) => [
      writeMessage('{"forged":true}', { ...identity, thread: THREADS + 1, loop: 7 }, Date.now()),
      writeMessage('{"forged":true}', { ...identity, loop: LOOPS + 1 }, Date.now()),
    ];
    const result = await judge(alongside(forged));
    expect(result).toMatchObject({ code: 1, record: { verdict: 'fail', unexpected: 2, received: SENT + 2 } });
    expect(kinds(result.record)).toEqual(['unexpected']);
    expect(identities(result.record.offenders.unexpected)).toEqual([
      identity(1, LOOPS + 1),
      identity(THREADS + 1, 7),
    ]);
    await expectSameByReplay(result);
  });

  test('passes if it belongs to no run or to another run', async () => {
    const foreign = (identity: Identity) => [
      writeMessage('{"a":1}', { ...identity, run: 'another' }, Date.now()),
      '{"order":17}',
      'no JSON \u0000 at all',
      '',
      null,
    ];
    const result = await judge(alongside(foreign));
    expect(result).toMatchObject({
      code: 0,
      record: { verdict: 'pass', foreign: 5, received: SENT, corrupt: 0 },
    });
    await expectSameByReplay(result);
  });
});
