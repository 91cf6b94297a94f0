import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { ThreadGroup } from '../plan/plan.ts';
import type { Answer } from './testing/test-bed.ts';
import { groupTo, place, planOf, requestTo, TestBed } from './testing/test-bed.ts';
import type { EndReason } from './threads/run-end.ts';

interface StopControllers {
  readonly stop: AbortController;
  readonly interrupt: AbortController;
}

const bed = new TestBed();

afterEach(() => bed.cleanUp());

describe('onSampleError', () => {
  const failLoop2: Answer = (response, { loop, request }) => {
    response.statusCode = loop === 2 && request === 1 ? 500 : 200;
    response.end();
  };

  async function loopsWith(onSampleError: ThreadGroup['onSampleError']) {
    const { url, received } = await bed.endpoint(failLoop2);
    const requests = [requestTo(url, { name: 'a' }), requestTo(url, { name: 'b' })];
    const { result } = await bed.run(planOf([groupTo(url, { loops: 3, requests, onSampleError })]));
    return { end: result.end, sent: received.map(({ loop, request }) => `${loop}.${request}`).join(' ') };
  }

  it('continues, starts the next loop, or stops the thread, as configured', async () => {
    expect(await loopsWith('continue')).toEqual({ end: 'completed', sent: '1.1 1.2 2.1 2.2 3.1 3.2' });
    expect(await loopsWith('startnextloop')).toEqual({ end: 'completed', sent: '1.1 1.2 2.1 3.1 3.2' });
    expect(await loopsWith('stopthread')).toEqual({ end: 'stopthread', sent: '1.1 1.2 2.1' });
  });

  it('ends by failures only if requests were left in every thread', async () => {
    const { url } = await bed.endpoint((response, { thread }) => {
      response.statusCode = thread === 1 ? 500 : 200;
      response.end();
    });
    const stopthread = { onSampleError: 'stopthread' } as const;
    const endOf = async (group: Partial<ThreadGroup>, rate: number | null = null) =>
      (await bed.run(planOf([groupTo(url, { ...stopthread, ...group })], rate))).result.end;
    const endless = { loops: null, durationMs: 60_000 };
    expect(await endOf({ threads: 1, ...endless })).toBe('stopthread');
    expect(await endOf({ threads: 2, loops: 2 })).toBe('completed');
    expect(await endOf({ threads: 1, loops: 1 })).toBe('completed');
    // The only request that is due in the duration is the first one.
    expect(await endOf({ threads: 1, ...endless }, 1 / 60)).toBe('completed');
  });

  /**
   * Returns two thread groups. As soon as three requests of the second group are in flight, the request of the first
   * group fails.
   */
  async function groupsWith(onSampleError: ThreadGroup['onSampleError']) {
    const held: ServerResponse[] = [];
    let failing: ServerResponse | null = null;
    const failWhenAllWait = (): void => {
      if (held.length === 3) failing?.writeHead(500).end();
    };
    const slow = await bed.endpoint((response) => {
      held.push(response);
      failWhenAllWait();
    });
    const bad = await bed.endpoint((response) => {
      failing = response;
      failWhenAllWait();
    });
    const groups = [
      groupTo(bad.url, { loops: null, onSampleError }),
      groupTo(slow.url, { name: 'held', threads: 3, loops: null }),
    ];
    return { groups, held };
  }

  it('stops the test and lets running samples finish', async () => {
    const { groups, held } = await groupsWith('stoptest');
    const { result, rows } = await bed.run(planOf(groups), {
      onSample: ({ responseCode }) => {
        if (responseCode === '500') for (const response of held) response.end('late');
      },
    });
    expect(result.end).toBe('stoptest');
    expect(rows.map(({ responseCode }) => responseCode)).toEqual(['500', '200', '200', '200']);
  });

  it('stops the test now and aborts running samples', async () => {
    const { groups } = await groupsWith('stoptestnow');
    const { result, rows } = await bed.run(planOf(groups));
    expect(result.end).toBe('stoptestnow');
    expect(rows.map(({ responseCode }) => responseCode)).toEqual([
      '500',
      ...Array(3).fill('Non HTTP response code: java.net.SocketException'),
    ]);
  });
});

describe('signals', () => {
  it('let requests in flight finish at the first signal', async () => {
    const stop = new AbortController();
    const held: ServerResponse[] = [];
    const { url, received } = await bed.endpoint((response) => {
      held.push(response);
      if (held.length < 5) return;
      stop.abort();
      for (const each of held) each.end('late');
    });
    const { result, rows } = await bed.run(planOf([groupTo(url, { threads: 5, loops: null })]), {
      signal: stop.signal,
    });
    expect(result.end).toBe('stopped');
    expect(result.statistics.summary()).toMatchObject({ samples: 5, acked: 5 });
    expect(rows.map(place).sort()).toEqual(received.map(place).sort());
  });

  /** Runs a plan with `untilStopped`. When a request arrives, `onRequest` must abort `signals` to end the run. */
  async function endOfEndless(onRequest: (response: ServerResponse) => void, signals: StopControllers) {
    const { url } = await bed.endpoint(onRequest);
    const plan = { ...planOf([groupTo(url, { loops: null })], 100), untilStopped: true as const };
    const { stop, interrupt } = signals;
    const { result } = await bed.run(plan, { signal: stop.signal, interruptSignal: interrupt.signal });
    return { end: result.end, samples: result.statistics.samples };
  }

  it('end a plan without an end as planned, unless requests in flight are aborted', async () => {
    const planned = { stop: new AbortController(), interrupt: new AbortController() };
    const answer = (response: ServerResponse) => {
      planned.stop.abort();
      response.end('ok');
    };
    expect(await endOfEndless(answer, planned)).toEqual({ end: 'completed', samples: 1 });

    const aborted = { stop: new AbortController(), interrupt: new AbortController() };
    const hold = () => {
      aborted.stop.abort();
      aborted.interrupt.abort();
    };
    expect(await endOfEndless(hold, aborted)).toEqual({ end: 'interrupted', samples: 1 });
  });

  it.each<[EndReason, string, Partial<ThreadGroup>, stopAfter: string]>([
    ['completed', 'has ended', { loops: 1 }, 'finite'],
    ['stopped', 'has loops left', { loops: 1_000_000 }, 'finite'],
    ['stopped', 'has time left', { loops: null, durationMs: 3_600_000 }, 'finite'],
    ['stopped', 'has not started', { loops: 1, startDelayMs: 3_600_000 }, 'endless'],
  ])('say %s for a plan with a group without an end, if another group %s', async (end, _, group, name) => {
    const stop = new AbortController();
    const { url } = await bed.endpoint();
    const groups = [
      groupTo(url, { name: 'endless', loops: null }),
      groupTo(url, { name: 'finite', ...group }),
    ];
    const { result } = await bed.run(
      { ...planOf(groups), untilStopped: true },
      {
        signal: stop.signal,
        onSample: ({ threadName }) => threadName.startsWith(name) && stop.abort(),
      },
    );
    expect(result.end).toBe(end);
  });

  it('abort requests in flight at the second signal, with a row for every sent message', async () => {
    const stop = new AbortController();
    const interrupt = new AbortController();
    const { url, received } = await bed.endpoint(() => {
      if (received.length < 5) return;
      stop.abort();
      interrupt.abort();
    });
    const { result, rows } = await bed.run(planOf([groupTo(url, { threads: 5, loops: null })]), {
      signal: stop.signal,
      interruptSignal: interrupt.signal,
    });
    expect(result.end).toBe('interrupted');
    expect(result.statistics.summary()).toMatchObject({ samples: 5, indeterminate: 5 });
    expect(rows.map(place).sort()).toEqual(received.map(place).sort());
  });

  it('end threads that wait for their slot or for their start', async () => {
    const stop = new AbortController();
    const { url } = await bed.endpoint((response) => response.end('ok', () => stop.abort()));
    const group = groupTo(url, { threads: 50, loops: null, rampUpMs: 3_600_000 });
    const waiting = groupTo(url, { threads: 50, loops: null });
    const { result } = await bed.run(planOf([group, waiting], 0.001), { signal: stop.signal });
    expect(result.end).toBe('stopped');
    expect(result.threads.active).toBe(0);
  });

  it('prevent all requests if they arrive before the first one', async () => {
    const { url, received } = await bed.endpoint();
    const { result } = await bed.run(planOf([groupTo(url, { loops: null })]), {
      signal: AbortSignal.abort(),
    });
    expect([result.end, received.length]).toEqual(['stopped', 0]);
  });
});
