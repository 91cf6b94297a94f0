import { stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Rules } from '../src/runs/documents/verify-json.ts';
import { verifyByTap } from '../src/verify/follow.ts';
import type { VerifyOptions } from '../src/verify/options.ts';
import { evidenceBed, never, type Sending } from './support/evidence-bed.ts';
import { message } from './support/history.ts';
import { workFor } from './support/service-history.ts';
import { expectCountsAddUp } from './support/verification.ts';

/** Tests what a tap proves. A tap is a reader that opened before the first send. */

const bed = evidenceBed();
const NO_RULES: Rules = { exactlyOnce: false, ordered: false };
const { send, produce, options, removeBefore, makeAnew, addPartition, folderOf, beforeRereading } = bed;

describe('a tap', () => {
  const tap = (run: string, some: Partial<VerifyOptions> & { stop?: AbortSignal } = {}) => {
    let opened = () => {};
    const open = new Promise<void>((resolve) => {
      opened = resolve;
    });
    const { folders: _, from: __, ...common } = { ...options(run), ...some };
    const verdict = verifyByTap({
      ...common,
      folder: folderOf(run),
      stop: some.stop ?? never,
      observed: null,
      onOpen: () => opened(),
    });
    return { open, verdict };
  };

  it('opens before the first send and records true arrival times', async () => {
    await produce('{"before":true}');
    const { open, verdict } = tap('live');
    await open;
    await send('live');
    const { record } = await verdict;
    expect(record).toMatchObject({ verdict: 'pass', received: 10, foreign: 0, latencySource: 'received' });
    expect(record.latencyMs.count + record.latencyMs.negative).toBe(10);
  });

  it('counts no arrival of a message that another execution sent', async () => {
    const { open, verdict } = tap('redriven', { settleMs: 2_000 });
    await open;
    await send('redriven', { drops: [1] });
    await produce(message('redriven', 1, Date.now() - 120_000));
    const { record } = await verdict;
    expect(record).toMatchObject({ verdict: 'fail', lost: 1, otherExecution: 1 });
    expect(record.latencyMs.count + record.latencyMs.negative).toBe(9);
  });

  it('reports a loss, although retention removed older messages', async () => {
    for (let i = 0; i < 4; i++) await produce('{"older":true}', 0);
    const { open, verdict } = tap('strict', { settleMs: 2_000 });
    await open;
    await send('strict', { drops: [3], beforeEnd: () => removeBefore(2) });
    expect((await verdict).record).toMatchObject({ verdict: 'fail', lost: 1 });
  });

  describe('after whose reading retention removed messages', () => {
    async function judged(sending: Sending = {}, rules = NO_RULES) {
      const { open, verdict } = tap('cut', { settleMs: 100, rules });
      await open;
      await send('cut', { drops: [3], ...sending });
      const { record } = await verdict;
      return { ...record, kinds: record.reasons.map(({ kind }) => kind) };
    }
    const cut = async () => {
      await removeBefore(3, 0);
      await removeBefore(3, 1);
    };
    const lateMessage = () => produce(bed.sent('cut', 3), 1);

    it('proves a loss if the topic kept its ID, because the tap had read every message', async () => {
      beforeRereading(cut, ['id-1']);
      expect(await judged()).toMatchObject({ verdict: 'fail', kinds: ['lost'], lost: 1, received: 9 });
    });

    it('is unknown if no ID shows that the topic is the same one', async () => {
      beforeRereading(cut);
      expect(await judged()).toMatchObject({ verdict: 'unknown', kinds: ['removed-by-retention'] });
    });

    it('is unknown if the topic has another ID now', async () => {
      beforeRereading(cut, ['id-1', 'id-2']);
      expect(await judged()).toMatchObject({ verdict: 'unknown', kinds: ['queue-recreated'] });
    });

    it('is unknown if the topic reports no ID any more', async () => {
      beforeRereading(cut, ['id-1', null]);
      expect((await judged()).verdict).toBe('unknown');
    });

    it('proves no loss of a message that came after its reading', async () => {
      beforeRereading(async () => {
        await lateMessage();
        await removeBefore(3, 0);
      }, ['id-1']);
      expect((await judged()).verdict).toBe('unknown');
    });

    it('proves a loss if the log begins where the tap stopped', async () => {
      beforeRereading(() => removeBefore(4, 1), ['id-1']);
      expect(await judged()).toMatchObject({ verdict: 'fail', kinds: ['lost'], lost: 1, received: 9 });
    });

    it('is unknown if a message that came after its reading may be among the removed ones', async () => {
      beforeRereading(async () => {
        await lateMessage();
        await removeBefore(5, 1);
      }, ['id-1']);
      expect(await judged()).toMatchObject({ verdict: 'unknown', kinds: ['removed-by-retention'] });
    });

    describe('from a partition that was added later', () => {
      const cutAdded = async () => {
        await addPartition();
        await produce(bed.sent('cut', 3), 2);
        await removeBefore(1, 2);
      };

      it('is unknown, because the tap had read nothing of it', async () => {
        beforeRereading(cutAdded, ['id-1']);
        expect((await judged()).verdict).toBe('unknown');
      });

      it('is unknown if that happened during the second reading', async () => {
        beforeRereading(cutAdded, ['id-1'], { kind: 'positions', positions: new Map([[2, 0]]) });
        expect((await judged()).verdict).toBe('unknown');
      });
    });

    it('proves a loss although a service processed messages that were removed', async () => {
      beforeRereading(cut, ['id-1']);
      await workFor(folderOf('cut'), {
        processed: [1, 2, 4, 5, 6, 7, 8, 9, 10],
        endsAtMs: Date.now() + 60_000,
      });
      expect(await judged()).toMatchObject({ verdict: 'fail', kinds: ['lost'], lost: 1, received: 9 });
    });

    it('is unknown if the service then has a receipt of the missing message', async () => {
      beforeRereading(async () => {
        await cut();
        await workFor(folderOf('cut'), { processed: [3], endsAtMs: Date.now() + 60_000 });
      }, ['id-1']);
      expect((await judged()).verdict).toBe('unknown');
    });

    it('counts the second copies that came after its reading', async () => {
      beforeRereading(async () => {
        await removeBefore(3, 0);
        await produce(bed.sent('cut', 9), 1);
      }, ['id-1']);
      expect(await judged()).toMatchObject({ verdict: 'fail', lost: 1, received: 9, duplicated: 1 });
    });

    it('is unknown if a message that the tap read is missing from the part of the log that remains', async () => {
      beforeRereading(async () => {
        await makeAnew();
        for (let i = 0; i < 20; i++) await produce('{"other":true}', i % 2);
      }, ['id-1']);
      expect((await judged()).verdict).toBe('unknown');
    });

    it('keeps the problems that are proven by messages which the tap read, even without an ID', async () => {
      beforeRereading(cut);
      expect(await judged({ answer: (loop) => (loop === 2 ? '400' : '200') })).toMatchObject({
        verdict: 'fail',
        kinds: ['phantom', 'removed-by-retention'],
        phantom: 1,
      });
    });

    describe('of a second copy that the tap read', () => {
      const texts = new Map<number, string>();
      /** Sends a second copy of message 2 instead of message 4. */
      const TWICE: Sending = {
        value: (run, loop, sentAtMs) => {
          texts.set(loop, message(run, loop, sentAtMs));
          return texts.get(loop === 4 ? 2 : loop) ?? '';
        },
      };

      it('still fails with --exactly-once, even without an ID', async () => {
        beforeRereading(cut);
        expect(await judged(TWICE, { exactlyOnce: true, ordered: false })).toMatchObject({
          verdict: 'fail',
          kinds: ['duplicated', 'removed-by-retention'],
          duplicated: 1,
        });
      });

      it('is unknown if the topic was recreated', async () => {
        beforeRereading(cut, ['id-1', 'id-2']);
        const rules = { exactlyOnce: true, ordered: false };
        expect(await judged(TWICE, rules)).toMatchObject({ verdict: 'unknown', kinds: ['queue-recreated'] });
      });

      it('is unknown if the second reading did not end, so the topic may have been recreated', async () => {
        bed.countDrains((reader) => reader === 0);
        beforeRereading(cut, ['id-1', 'id-2']);
        const rules = { exactlyOnce: true, ordered: false };
        expect(await judged(TWICE, rules)).toMatchObject({ verdict: 'unknown', kinds: ['incomplete-drain'] });
      });
    });

    describe('which a service had left unprocessed', () => {
      const workOn = (...processed: number[]) =>
        workFor(folderOf('cut'), { processed, endsAtMs: Date.now() + 60_000 });

      it('still fails, even without an ID', async () => {
        beforeRereading(cut);
        await workOn(4, 5, 6, 7, 8, 9, 10);
        expect(await judged()).toMatchObject({
          verdict: 'fail',
          kinds: ['unprocessed', 'removed-by-retention', 'contradiction'],
          service: { processed: 7, unprocessed: 2 },
        });
      });

      it('is unknown if the service then processed one of them', async () => {
        beforeRereading(async () => {
          await cut();
          await workOn(2);
        });
        await workOn(4, 5, 6, 7, 8, 9, 10);
        expect((await judged()).verdict).toBe('unknown');
      });

      it('is unknown if the topic was recreated, because the service may have read the new one', async () => {
        beforeRereading(cut, ['id-1', 'id-2']);
        await workOn(4, 5, 6, 7, 8, 9, 10);
        expect(await judged()).toMatchObject({
          verdict: 'unknown',
          kinds: ['queue-recreated', 'contradiction'],
        });
      });
    });
  });

  describe('while its verdict is reached', () => {
    async function judged(drops: readonly number[]) {
      const { open, verdict } = tap('late', { settleMs: 100 });
      await open;
      await send('late', { drops });
      return (await verdict).record;
    }

    it('counts no further message: the second reading finds it', async () => {
      beforeRereading(async () => {}, ['id-1']);
      bed.afterCounting(() => produce(bed.sent('late', 3), 1));
      expect(await judged([3])).toMatchObject({ verdict: 'pass', lost: 0, received: 10, duplicated: 0 });
    });

    it('counts no loss of such a message if another one is lost', async () => {
      bed.afterCounting(() => produce(bed.sent('late', 3), 1));
      expect(await judged([3, 5])).toMatchObject({ verdict: 'fail', lost: 1, received: 9 });
    });
  });

  it('keeps an unexpected message that retention removes before the log is read again', async () => {
    beforeRereading(async () => {
      await produce(bed.sent('kept', 3), 1);
      await removeBefore(1, 0);
    }, ['id-1']);
    const { open, verdict } = tap('kept', { settleMs: 100 });
    await open;
    await produce(message('kept', 99, Date.now()), 0);
    await send('kept', { drops: [3] });
    const { record } = await verdict;
    expectCountsAddUp(record);
    expect(record).toMatchObject({
      verdict: 'fail',
      reasons: [{ kind: 'unexpected', count: 1 }],
      lost: 0,
      received: 11,
      unexpected: 1,
      offenders: { unexpected: [{ identity: { loop: 99 } }] },
    });
  });

  it('passes if no message is missing, although retention removed older messages', async () => {
    for (let i = 0; i < 4; i++) await produce('{"older":true}', 0);
    const { open, verdict } = tap('refused');
    await open;
    const answer = (loop: number) => (loop === 3 ? '400' : '200');
    await send('refused', { drops: [3], answer, beforeEnd: () => removeBefore(2) });
    expect((await verdict).record).toMatchObject({ verdict: 'pass', rejected: 1 });
  });

  it('refuses a run that already exists', async () => {
    await send('there');
    await expect(tap('there').verdict).rejects.toMatchObject({ exitCode: 2 });
  });

  it('judges the messages sent so far if it is stopped before the sender ends', async () => {
    const stop = new AbortController();
    const { open, verdict } = tap('cut', { stop: stop.signal });
    await open;
    await send('cut', { ends: false });
    stop.abort();
    expect((await verdict).record).toMatchObject({ verdict: 'unknown', received: 10 });
  });

  it('reports that no sender started, and leaves no files', async () => {
    const stop = new AbortController();
    const { open, verdict } = tap('silent', { stop: stop.signal });
    await open;
    stop.abort();
    await expect(verdict).rejects.toMatchObject({ exitCode: 130 });
    await expect(stat(folderOf('silent').path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is unknown if the topic is recreated while the tap reads', async () => {
    for (let i = 0; i < 8; i++) await produce('{"older":true}', i % 2);
    const { open, verdict } = tap('under', { deadlineMs: 3_000 });
    await open;
    await makeAnew();
    await send('under');
    expect((await verdict).record).toMatchObject({
      verdict: 'unknown',
      reasons: [{ kind: 'queue-recreated' }],
    });
  });

  it('reads partitions that are added while it is open', async () => {
    const { open, verdict } = tap('grown');
    await open;
    await addPartition();
    await produce(message('grown', 11), 2);
    await send('grown');
    expect((await verdict).record).toMatchObject({ verdict: 'fail', unexpected: 1, received: 11 });
  });
});
