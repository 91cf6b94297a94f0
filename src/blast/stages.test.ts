import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { Plan, ThreadGroup } from '../plan/plan.ts';
import type { TraceSink } from './recording/tracer.ts';
import type { Answer } from './testing/test-bed.ts';
import { groupTo, planOf, TestBed } from './testing/test-bed.ts';

const bed = new TestBed();

afterEach(() => bed.cleanUp());

type Groups = readonly Partial<ThreadGroup>[];

async function runOf(groups: Groups, order: Partial<Plan> = {}, answer?: Answer) {
  const { url, received } = await bed.endpoint(answer);
  const plan = { ...planOf(groups.map((group) => groupTo(url, group))), ...order };
  const ended = await bed.run(plan);
  return { ...ended, received: received.map(({ group, thread, loop }) => `${group}-${thread}-${loop}`) };
}

/** Answers a request of one group with 500. */
const failGroup =
  (failing: number): Answer =>
  (response, { group }) => {
    response.statusCode = group === failing ? 500 : 200;
    response.end();
  };

const KINDS: Groups = [
  { kind: 'setUp', loops: 2 },
  { loops: 2 },
  { threads: 2 },
  { kind: 'tearDown', loops: 2 },
];

describe('setUp and tearDown groups', () => {
  it('run before and after the other groups', async () => {
    const { received, result } = await runOf(KINDS);
    expect(received.slice(0, 2)).toEqual(['1-1-1', '1-1-2']);
    expect(received.slice(2, 6).toSorted()).toEqual(['2-1-1', '2-1-2', '3-1-1', '3-2-1']);
    expect(received.slice(6)).toEqual(['4-1-1', '4-1-2']);
    expect(result).toMatchObject({ end: 'completed', threads: { started: 5, finished: 5, active: 0 } });
  });

  it('have the thread names of JMeter, which numbers each kind from 1', async () => {
    const { rows } = await runOf(KINDS);
    const named = new Set(rows.map(({ threadName, threadGroup }) => `${threadName} of ${threadGroup}`));
    expect([...named].toSorted()).toEqual([
      'users 1-1 of 1',
      'users 1-1 of 2',
      'users 1-1 of 4',
      'users 2-1 of 3',
      'users 2-2 of 3',
    ]);
    const { rows: plain } = await runOf([{}]);
    expect(plain[0]).not.toHaveProperty('threadGroup');
  });

  it('have durations and delays from their own start', async () => {
    const groups: Groups = [{ kind: 'setUp', startDelayMs: 300 }, { durationMs: 250 }, { startDelayMs: 200 }];
    const { rows, received } = await runOf(groups);
    expect(received).toEqual(['1-1-1', '2-1-1', '3-1-1']);
    const [first, , delayed] = rows.map(({ timeStampMs }) => timeStampMs);
    expect((delayed ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(199);
  });

  it('are named in the trace', async () => {
    const { url } = await bed.endpoint();
    const traced: (string | number | undefined)[] = [];
    const trace: TraceSink = {
      wants: () => true,
      write: ({ thread, threadGroup }) => traced.push(thread, threadGroup),
    };
    await bed.run(planOf([groupTo(url, { kind: 'setUp' }), groupTo(url)]), { trace });
    expect(traced).toEqual(['users 1-1', 1, 'users 1-1', 2]);
  });

  it('run even if the groups before them have no thread', async () => {
    const { received } = await runOf([{ kind: 'setUp', threads: 0 }, { loops: 0 }, { kind: 'tearDown' }]);
    expect(received).toEqual(['3-1-1']);
  });
});

describe('groups one at a time', () => {
  it('start after the threads of the previous group have ended', async () => {
    const groups: Groups = [
      { kind: 'setUp' },
      { kind: 'setUp' },
      { loops: 2 },
      { loops: 2 },
      { kind: 'tearDown' },
    ];
    const { received, rows } = await runOf(groups, { oneGroupAtATime: true });
    expect(received).toEqual(['1-1-1', '2-1-1', '3-1-1', '3-1-2', '4-1-1', '4-1-2', '5-1-1']);
    expect(rows.map(({ threadName }) => threadName.split(' ')[1])).toEqual([
      '1-1',
      '2-1',
      '1-1',
      '1-1',
      '2-1',
      '2-1',
      '1-1',
    ]);
  });
});

describe('after a stop', () => {
  const later: Groups = [{ loops: 2 }, { kind: 'tearDown', loops: 2 }];

  it('in the plain groups, the tearDown groups run if the plan says so', async () => {
    const groups: Groups = [{ onSampleError: 'stoptest', loops: 2 }, ...later];
    const order = { oneGroupAtATime: true as const };
    const with_ = await runOf(groups, { ...order, tearDownAfterStop: true }, failGroup(1));
    expect(with_.received).toEqual(['1-1-1', '3-1-1', '3-1-2']);
    expect(with_.result.end).toBe('stoptest');
    const without = await runOf(groups, order, failGroup(1));
    expect(without.received).toEqual(['1-1-1']);
  });

  it('in a setUp group, no other group runs', async () => {
    const groups: Groups = [{ kind: 'setUp', onSampleError: 'stoptest' }, ...later];
    const { received, result } = await runOf(groups, { tearDownAfterStop: true }, failGroup(1));
    expect(received).toEqual(['1-1-1']);
    expect(result.end).toBe('stoptest');
  });

  it('in a tearDown group, the next tearDown group does not run', async () => {
    const groups: Groups = [{ kind: 'tearDown', onSampleError: 'stoptest' }, { kind: 'tearDown' }];
    const order = { oneGroupAtATime: true as const, tearDownAfterStop: true as const };
    const { received } = await runOf(groups, order, failGroup(1));
    expect(received).toEqual(['1-1-1']);
  });

  it('a failed sample of a tearDown group ends only its thread', async () => {
    const groups: Groups = [
      { onSampleError: 'stoptest' },
      { kind: 'tearDown', onSampleError: 'stoptest', loops: 2 },
      { kind: 'tearDown', loops: 2 },
    ];
    const order = { oneGroupAtATime: true as const, tearDownAfterStop: true as const };
    const { received, result } = await runOf(groups, order, (response, { group }) => {
      response.statusCode = group < 3 ? 500 : 200;
      response.end();
    });
    expect(received).toEqual(['1-1-1', '2-1-1', '3-1-1', '3-1-2']);
    expect(result.end).toBe('stoptest');
  });

  it('at once, requests in flight are aborted, and the tearDown groups still run', async () => {
    const waiting = new Map<number, ServerResponse>();
    const groups: Groups = [{ onSampleError: 'stoptestnow' }, {}, { kind: 'tearDown', loops: 2 }];
    const answer: Answer = (response, { group }) => {
      if (group === 3) return response.end();
      waiting.set(group, response);
      return waiting.size === 2 && waiting.get(1)?.writeHead(500).end();
    };
    const { rows, result, received } = await runOf(groups, { tearDownAfterStop: true }, answer);
    expect(received.slice(2)).toEqual(['3-1-1', '3-1-2']);
    expect(rows.filter(({ success }) => success).map(({ threadGroup }) => threadGroup)).toEqual([3, 3]);
    expect(result.end).toBe('stoptestnow');
  });

  async function stoppedBy(signals: 'stop' | 'stop and interrupt') {
    const stop = new AbortController();
    const interrupt = new AbortController();
    const { url, received } = await bed.endpoint((response, { group }) => {
      if (group === 1) {
        stop.abort();
        if (signals === 'stop and interrupt') interrupt.abort();
      }
      response.end();
    });
    const groups = [groupTo(url, { loops: null }), groupTo(url, { kind: 'tearDown' })];
    const { result } = await bed.run(
      { ...planOf(groups), tearDownAfterStop: true },
      { signal: stop.signal, interruptSignal: interrupt.signal },
    );
    return { end: result.end, groups: received.map(({ group }) => group) };
  }

  it('by the user, the tearDown groups run too, unless the user stops a second time', async () => {
    expect(await stoppedBy('stop')).toEqual({ end: 'stopped', groups: [1, 2] });
    expect(await stoppedBy('stop and interrupt')).toEqual({ end: 'interrupted', groups: [1] });
  });

  it('of a plan without an end, the plan is complete if the tearDown groups run', async () => {
    const endOf = async (order: Partial<Plan>) => {
      const stop = new AbortController();
      const { url } = await bed.endpoint();
      const groups = [groupTo(url, { loops: null }), groupTo(url, { kind: 'tearDown' })];
      const plan: Plan = { ...planOf(groups), untilStopped: true, ...order };
      return (await bed.run(plan, { signal: stop.signal, onSample: () => stop.abort() })).result.end;
    };
    expect(await endOf({ tearDownAfterStop: true })).toBe('completed');
    expect(await endOf({})).toBe('stopped');
  });

  it('before the start, no group runs', async () => {
    const { url, received } = await bed.endpoint();
    const groups = [groupTo(url), groupTo(url, { kind: 'tearDown' })];
    const plan = { ...planOf(groups), tearDownAfterStop: true as const };
    const { result } = await bed.run(plan, { signal: AbortSignal.abort() });
    expect([result.end, received]).toEqual(['stopped', []]);
  });
});

describe('a schedule', () => {
  it('starts and ends each thread at its own time', async () => {
    const schedule = [
      { startMs: 200, endMs: 300 },
      { startMs: 0, endMs: 150 },
    ];
    const { rows, result } = await runOf([{ threads: 2, loops: null, schedule }]);
    const starts = rows
      .filter(({ threadName }) => threadName === 'users 1-1')
      .map(({ timeStampMs }) => timeStampMs - result.startedMs);
    expect(Math.min(...starts)).toBeGreaterThanOrEqual(199);
    expect(rows.map(({ threadName }) => threadName)).toContain('users 1-2');
    expect(result.end).toBe('completed');
  });
});
