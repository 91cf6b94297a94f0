import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Identity } from '../message/identity.ts';
import type { BodyWriter } from '../plan/body-template.ts';
import type { Plan, Request, ThreadGroup } from '../plan/plan.ts';
import type { SampleRow } from '../samples/jtl-reader.ts';
import { readJtl } from '../samples/jtl-reader.ts';
import { openJtl } from '../samples/jtl-writer.ts';
import { parseThreadName } from '../samples/thread-name.ts';
import type { BlastOptions, BlastResult } from './blast.ts';
import { blast } from './blast.ts';

let folder: string;
let runs = 0;
const cleanUps: (() => unknown)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qbl-blast-'));
});

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  await rm(folder, { recursive: true });
});

const writeBody: BodyWriter = (identity) => JSON.stringify(identity);

interface Endpoint {
  readonly url: string;
  /** The identities in the order of their arrival. */
  readonly received: Identity[];
}

type Answer = (response: ServerResponse, identity: Identity, request: IncomingMessage) => unknown;

/** A real server that notes every message and answers 200, or as `answer` wants it. */
async function endpoint(answer: Answer = (response) => response.end('ok')): Promise<Endpoint> {
  const received: Identity[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const identity: Identity = JSON.parse(body);
      received.push(identity);
      answer(response, identity, request);
    });
  });
  server.listen({ port: 0, backlog: 2048 });
  await once(server, 'listening');
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://localhost:${(server.address() as AddressInfo).port}/send`, received };
}

function requestTo(url: string, changes: Partial<Request> = {}): Request {
  return {
    name: 'POST /send',
    url,
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
    timeoutMs: 20_000,
    ...changes,
  };
}

function groupTo(url: string, changes: Partial<ThreadGroup> = {}): ThreadGroup {
  return {
    name: 'users',
    threads: 1,
    loops: 1,
    durationMs: null,
    rampUpMs: 0,
    onSampleError: 'continue',
    requests: [requestTo(url)],
    ...changes,
  };
}

function planOf(threadGroups: readonly ThreadGroup[], rate: number | null = null): Plan {
  return { name: 'plan', threadGroups, rate, identity: true };
}

async function run(plan: Plan, options: Partial<BlastOptions> = {}) {
  runs += 1;
  const path = join(folder, `${runs}.jtl`);
  const writer = await openJtl(path);
  let result: BlastResult;
  try {
    result = await blast({ plan, run: 'run', bodyOf: () => writeBody, writer, ...options });
  } finally {
    await writer.close();
  }
  const rows: SampleRow[] = [];
  for await (const chunk of readJtl(path)) rows.push(...chunk);
  return { result, rows };
}

/** `group-thread-loop` of a row or of a message. */
function place(of: SampleRow | Identity): string {
  if (!('threadName' in of)) return `${of.group}-${of.thread}-${of.loop}`;
  const { group, thread } = parseThreadName(of.threadName) ?? { group: 0, thread: 0 };
  return `${group}-${thread}-${of.loop}`;
}

function expectOneRowForEach(rows: readonly SampleRow[], received: readonly Identity[]): void {
  expect(rows.map(place).sort()).toEqual(received.map(place).sort());
  expect(new Set(received.map(place)).size).toBe(received.length);
}

describe('blast', () => {
  it('sends every identity of the plan once, and writes a row for each', async () => {
    const { url, received } = await endpoint();
    const groups = [
      groupTo(url, { threads: 7, loops: 5 }),
      groupTo(url, { name: 'more', threads: 2, loops: 3 }),
    ];
    const { result, rows } = await run(planOf(groups));
    expectOneRowForEach(rows, received);
    expect(rows).toHaveLength(7 * 5 + 2 * 3);
    expect(new Set(rows.map(({ threadName }) => threadName))).toEqual(
      new Set([...[1, 2, 3, 4, 5, 6, 7].map((n) => `users 1-${n}`), 'more 2-1', 'more 2-2']),
    );
    expect(result).toMatchObject({ end: 'completed', allRefused: false });
    expect(result.statistics.summary()).toMatchObject({ samples: 41, acked: 41, failed: 0 });
    expect(result.threads).toEqual({ active: 0, started: 9, finished: 9 });
    expect(result.latency.totalCount).toBe(41);
    expect(result.intendedLatency.totalCount).toBe(41);
    expect(result.endedMs).toBeGreaterThanOrEqual(result.startedMs);
  });

  it('sends the requests of a loop in their order, over one connection', async () => {
    const paths: string[] = [];
    const connections = new Set<unknown>();
    const { url, received } = await endpoint((response, _, request) => {
      paths.push(request.url ?? '');
      connections.add(request.socket);
      response.end();
    });
    const requests = ['a', 'b'].map((name) => requestTo(`${url}/${name}`, { name }));
    const { rows } = await run(planOf([groupTo(url, { loops: 3, requests })]));
    expect(paths).toEqual(['/send/a', '/send/b', '/send/a', '/send/b', '/send/a', '/send/b']);
    expect(received.map(({ loop, request }) => [loop, request])).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 2],
      [3, 1],
      [3, 2],
    ]);
    expect(rows.map(({ label }) => label)).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
    expect(connections.size).toBe(1);
  });

  it('carries 1,000 threads, one connection each', async () => {
    const connections = new Set<unknown>();
    const { url, received } = await endpoint((response, _, request) => {
      connections.add(request.socket);
      response.end('ok');
    });
    const { result, rows } = await run(planOf([groupTo(url, { threads: 1000, loops: 3 })]));
    expect(result.statistics.summary().responses).toEqual([
      { responseCode: '200', responseMessage: 'OK', outcome: 'acked', count: 3000 },
    ]);
    expectOneRowForEach(rows, received);
    expect(connections.size).toBe(1000);
  });

  it('sends once through a server that closes after each response, and on a method that could be retried', async () => {
    const { url, received } = await endpoint((response) => response.setHeader('connection', 'close').end());
    const requests = [requestTo(url, { method: 'PUT' })];
    const { result, rows } = await run(planOf([groupTo(url, { threads: 5, loops: 20, requests })]));
    expect(result.statistics.summary()).toMatchObject({ samples: 100, acked: 100 });
    expectOneRowForEach(rows, received);
  });

  it('has a row for every message that a breaking server saw, and none is acked without an answer', async () => {
    const answered = new Set<string>();
    const { url, received } = await endpoint((response, identity, request) => {
      const kind = (identity.thread * 7 + identity.loop) % 5;
      if (kind === 0) request.socket.destroy();
      else if (kind === 1) request.socket.end();
      else if (kind === 2)
        response.writeHead(200, { 'content-length': 9 }).end('cut', () => request.socket.destroy());
      else {
        answered.add(place(identity));
        response.end('ok', () => kind === 3 && request.socket.end());
      }
    });
    const { rows } = await run(planOf([groupTo(url, { threads: 10, loops: 30 })]));
    expect(rows).toHaveLength(300);
    const places = new Set(rows.map(place));
    expect(places.size).toBe(300);
    expect(new Set(received.map(place)).size).toBe(received.length);
    const acked = rows.filter(({ responseCode }) => responseCode === '200').map(place);
    expect(acked.length).toBeGreaterThan(0);
    expect(acked.filter((each) => !answered.has(each))).toEqual([]);
    expect(received.filter((identity) => !places.has(place(identity)))).toEqual([]);
  });

  it('says when every connection was refused', async () => {
    const server = createTcpServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const { result, rows } = await run(
      planOf([groupTo(`http://127.0.0.1:${port}/`, { threads: 3, loops: 2 })]),
    );
    expect(result.allRefused).toBe(true);
    expect(result.statistics.summary()).toMatchObject({ samples: 6, rejected: 6, failed: 6 });
    expect(rows).toHaveLength(6);
  });

  it('refuses a plan that cannot be sent before anything is sent', async () => {
    await expect(run(planOf([groupTo('ftp://localhost/')]))).rejects.toMatchObject({ exitCode: 2 });
  });

  it.skipIf(process.platform !== 'linux')(
    'refuses more threads than the process may have files',
    async () => {
      const plan = planOf([groupTo('http://localhost:1/', { threads: 2 ** 31 })]);
      await expect(run(plan)).rejects.toMatchObject({ exitCode: 4 });
    },
  );

  it('fails when the samples cannot be written', async () => {
    const { url } = await endpoint();
    const path = join(folder, 'closed.jtl');
    const writer = await openJtl(path);
    await writer.close();
    const plan = planOf([groupTo(url, { loops: null })]);
    await expect(blast({ plan, run: 'run', bodyOf: () => writeBody, writer })).rejects.toMatchObject({
      name: 'QblError',
      exitCode: 4,
    });
  });
});

describe('ramp-up', () => {
  it('starts threads in their order, each when it is due', async () => {
    const { url, received } = await endpoint();
    const { result } = await run(planOf([groupTo(url, { threads: 10, rampUpMs: 200 })]));
    expect(received.map(({ thread }) => thread)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(result.endedMs - result.startedMs).toBeGreaterThanOrEqual(9 * 20 - 1);
  });

  it('starts no thread that is due after the end', async () => {
    const { url, received } = await endpoint();
    const group = groupTo(url, { threads: 10, rampUpMs: 10_000, durationMs: 100, loops: 1 });
    const { result } = await run(planOf([group]));
    expect(received.map(({ thread }) => thread)).toEqual([1]);
    expect(result.threads.started).toBe(1);
  });
});

describe('duration', () => {
  it('ends endless loops, between samples', async () => {
    const { url, received } = await endpoint();
    const { result, rows } = await run(planOf([groupTo(url, { threads: 3, loops: null, durationMs: 100 })]));
    expect(result.end).toBe('completed');
    expect(result.statistics.failed).toBe(0);
    expectOneRowForEach(rows, received);
  });
});

describe('rate', () => {
  it('is one of all threads together, and never runs ahead of the schedule', async () => {
    const { url, received } = await endpoint();
    const starts: number[] = [];
    const { result, rows } = await run(planOf([groupTo(url, { threads: 4, loops: 25 })], 400), {
      onSample: ({ timeStampMs }) => starts.push(timeStampMs),
    });
    expectOneRowForEach(rows, received);
    const first = result.startedMs;
    starts.sort((a, b) => a - b);
    for (const [slot, start] of starts.entries())
      expect(start - first).toBeGreaterThanOrEqual(slot * 2.5 - 2);
  });

  it('has as many slots as the duration holds, however slow the server is', async () => {
    const { url } = await endpoint((response) => setTimeout(() => response.end(), 20));
    const group = groupTo(url, { threads: 50, loops: null, durationMs: 500 });
    const { result } = await run(planOf([group], 100));
    expect(result.statistics.samples).toBeLessThanOrEqual(50);
    expect(result.statistics.samples).toBeGreaterThan(0);
  });

  it('shows in the intended latency that all threads were busy', async () => {
    const { url } = await endpoint((response) => setTimeout(() => response.end(), 50));
    const { result } = await run(planOf([groupTo(url, { loops: 10 })], 1000));
    const slowest = (histogram: typeof result.latency): number => histogram.getValueAtPercentile(100) / 1000;
    expect(slowest(result.intendedLatency)).toBeGreaterThan(9 * 49);
    expect(slowest(result.intendedLatency)).toBeGreaterThan(slowest(result.latency));
  });
});

describe('on_sample_error', () => {
  const failLoop2: Answer = (response, { loop, request }) => {
    response.statusCode = loop === 2 && request === 1 ? 500 : 200;
    response.end();
  };

  async function loopsWith(onSampleError: ThreadGroup['onSampleError']) {
    const { url, received } = await endpoint(failLoop2);
    const requests = [requestTo(url, { name: 'a' }), requestTo(url, { name: 'b' })];
    const { result } = await run(planOf([groupTo(url, { loops: 3, requests, onSampleError })]));
    return { end: result.end, sent: received.map(({ loop, request }) => `${loop}.${request}`).join(' ') };
  }

  it('continues, starts the next loop, or stops the thread', async () => {
    expect(await loopsWith('continue')).toEqual({ end: 'completed', sent: '1.1 1.2 2.1 2.2 3.1 3.2' });
    expect(await loopsWith('startnextloop')).toEqual({ end: 'completed', sent: '1.1 1.2 2.1 3.1 3.2' });
    expect(await loopsWith('stopthread')).toEqual({ end: 'completed', sent: '1.1 1.2 2.1' });
  });

  /** A group whose one sample fails as soon as three samples of another group are in flight. */
  async function groupsWith(onSampleError: ThreadGroup['onSampleError']) {
    const held: ServerResponse[] = [];
    let failing: ServerResponse | null = null;
    const failWhenAllWait = (): void => {
      if (held.length === 3) failing?.writeHead(500).end();
    };
    const slow = await endpoint((response) => {
      held.push(response);
      failWhenAllWait();
    });
    const bad = await endpoint((response) => {
      failing = response;
      failWhenAllWait();
    });
    const groups = [
      groupTo(bad.url, { loops: null, onSampleError }),
      groupTo(slow.url, { name: 'held', threads: 3, loops: null }),
    ];
    return { groups, held };
  }

  it('stops the test, and lets running samples finish', async () => {
    const { groups, held } = await groupsWith('stoptest');
    const { result, rows } = await run(planOf(groups), {
      onSample: ({ responseCode }) => {
        if (responseCode === '500') for (const response of held) response.end('late');
      },
    });
    expect(result.end).toBe('stoptest');
    expect(rows.map(({ responseCode }) => responseCode)).toEqual(['500', '200', '200', '200']);
  });

  it('stops the test now, and breaks off running samples', async () => {
    const { groups } = await groupsWith('stoptestnow');
    const { result, rows } = await run(planOf(groups));
    expect(result.end).toBe('stoptestnow');
    expect(rows.map(({ responseCode }) => responseCode)).toEqual([
      '500',
      ...Array(3).fill('Non HTTP response code: java.net.SocketException'),
    ]);
  });
});

describe('signals', () => {
  it('finish what is in flight at the first', async () => {
    const stop = new AbortController();
    const held: ServerResponse[] = [];
    const { url, received } = await endpoint((response) => {
      held.push(response);
      if (held.length < 5) return;
      stop.abort();
      for (const each of held) each.end('late');
    });
    const { result, rows } = await run(planOf([groupTo(url, { threads: 5, loops: null })]), {
      signal: stop.signal,
    });
    expect(result.end).toBe('stopped');
    expect(result.statistics.summary()).toMatchObject({ samples: 5, acked: 5 });
    expectOneRowForEach(rows, received);
  });

  it('break off what is in flight at the second: every message that was sent has a row', async () => {
    const stop = new AbortController();
    const interrupt = new AbortController();
    const { url, received } = await endpoint(() => {
      if (received.length < 5) return;
      stop.abort();
      interrupt.abort();
    });
    const { result, rows } = await run(planOf([groupTo(url, { threads: 5, loops: null })]), {
      signal: stop.signal,
      interruptSignal: interrupt.signal,
    });
    expect(result.end).toBe('interrupted');
    expect(result.statistics.summary()).toMatchObject({ samples: 5, indeterminate: 5 });
    expectOneRowForEach(rows, received);
  });

  it('end threads that wait for their slot or for their start', async () => {
    const stop = new AbortController();
    const { url } = await endpoint((response) => response.end('ok', () => stop.abort()));
    const group = groupTo(url, { threads: 50, loops: null, rampUpMs: 3_600_000 });
    const waiting = groupTo(url, { threads: 50, loops: null });
    const { result } = await run(planOf([group, waiting], 0.001), { signal: stop.signal });
    expect(result.end).toBe('stopped');
    expect(result.threads.active).toBe(0);
  });

  it('that came before anything was sent send nothing', async () => {
    const { url, received } = await endpoint();
    const { result } = await run(planOf([groupTo(url, { loops: null })]), { signal: AbortSignal.abort() });
    expect([result.end, received.length]).toEqual(['stopped', 0]);
  });
});

describe('progress', () => {
  it('tells at the end what was done', async () => {
    const { url } = await endpoint();
    const seen: unknown[] = [];
    await run(planOf([groupTo(url, { threads: 2, loops: 3 })]), {
      onProgress: ({ plannedSamples, threads, statistics }) =>
        seen.push([plannedSamples, threads.finished, statistics.samples]),
    });
    expect(seen.at(-1)).toEqual([6, 2, 6]);
  });
});
