import { describe, expect, it } from 'vitest';
import { plan } from '../../../test/support/history.ts';
import type { Identity } from '../../message/identity.ts';
import type { Content, Plan } from '../../plan/plan.ts';
import type { Tally } from '../counting/tally.ts';
import { addTo, type GatheredRun } from '../gathering/gathered.ts';
import { NO_HISTORY } from '../history/read-history.ts';
import { Inspection } from '../reading/inspection.ts';
import { windowOf } from '../row-window.ts';
import { concludeRun } from './conclude.ts';
import { sessionDoubts } from './session-doubts.ts';

const RUN = 'mine';
const RECEIPT = { identity: null, outcome: 'processed', condition: 'intact', sentAtMs: null } as const;
const HASH = '0'.repeat(32);
const identityOf = (loop: number): Identity => ({ run: RUN, group: 1, thread: 1, loop, request: 1 });
const ROW = {
  timeStampMs: 1_000,
  elapsedMs: 1,
  label: 'R',
  responseCode: '200',
  responseMessage: 'OK',
  threadName: 'G 1-1',
  success: true,
  failureMessage: '',
  bytes: 1,
  sentBytes: 1,
  latencyMs: 1,
  connectMs: 0,
};

/**
 * Judges a run of three messages with tokens that only a service received. The rows of the samples have the given
 * hashes of the contents. Null stands for a row without a hash.
 */
async function judged(content: Content, hashes: readonly (string | null)[]) {
  const ofRun = plan({ identity: { kind: 'header', name: 'X-Id' }, content });
  const inspection = new Inspection(
    [RUN],
    () => ({ plan: ofRun, startedAtMs: 0, end: { atMs: 2_000 } }),
    true,
  );
  const tally = inspection.tallyOf(RUN);
  const add = addTo(tally, ofRun);
  for (const [i, hash] of hashes.entries()) {
    const row = { ...ROW, loop: i + 1, ...(hash === null ? {} : { content: hash }) };
    add(identityOf(i + 1), 'acked', windowOf(row), row);
    tally.addReceipt(identityOf(i + 1), RECEIPT, true);
  }
  const run = concludeRun(gatheredOf(ofRun, tally), inspection);
  const doubts = await sessionDoubts(
    { from: { kind: 'beginning' }, history: NO_HISTORY, inspection, reader: null },
    {
      runs: [run],
      services: {
        ...{ runs: new Set([RUN]), receipts: hashes.length, foreign: 0, torn: 0 },
        ...{ ended: true, killed: false, unfinished: null, leftOut: null },
      },
      unseen: 0,
      copies: null,
      drain: { complete: true, ends: new Map() },
      queueId: null,
      interrupted: false,
    },
  );
  return { doubts, unclear: run.unclear };
}

const gatheredOf = (ofRun: Plan, tally: Tally): GatheredRun => ({
  run: RUN,
  sentTo: null,
  plan: ofRun,
  tally,
  samples: {
    ...{
      rows: 3,
      acked: 3,
      rejected: 0,
      firstStartMs: 1_000,
      lastEndMs: 1_001,
      torn: false,
      ackedRows: 0,
      unplaced: 0,
    },
    ...{
      withoutMessage: 0,
      numbered: false,
      ambiguous: false,
      unreadableOutcomes: 0,
      withoutOutcome: 0,
      labels: [],
    },
    longSpans: null,
  },
  source: {
    ...{ file: '', run: RUN, plan: ofRun, labels: [], sender: 'blast' },
    ...{ rejectedStatuses: new Set<number>(), isForeign: false },
  },
  samplesWritten: 3,
  summary: null,
  startedAtMs: 0,
  ended: true,
  sentUntilMs: 2_000,
});

describe('messages with tokens that only a service saw', () => {
  it('are not compared, because a receipt does not show the content', async () => {
    const { doubts, unclear } = await judged({ kind: 'whole' }, [HASH, HASH, HASH]);
    expect(doubts).toEqual([
      {
        kind: 'contents-not-compared',
        prevents: 'never',
        text: 'that the contents of 3 messages came out unchanged: only a service received the messages, and its receipts do not show the content',
      },
    ]);
    expect(unclear).toBeNull();
  });

  it('are counted once if the plan compares nothing', async () => {
    const { doubts, unclear } = await judged({ kind: 'none' }, [null, null, null]);
    expect(doubts.map(({ text }) => text)).toEqual([
      'that the contents of 3 messages came out unchanged: the identity is a token, and the plan does not compare the rest of the messages',
    ]);
    expect(unclear).toBeNull();
  });
});

it('a row without the hash that the plan compares leaves the samples unclear', async () => {
  const { doubts, unclear } = await judged({ kind: 'whole' }, [HASH, null, HASH]);
  expect(unclear).toBe(
    '1 row of the samples of mine has no hash in the column "content", so the content of its message was not compared',
  );
  expect(doubts).toHaveLength(1);
});
