import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Identity } from '../message/identity.ts';
import { requestWriters } from '../plan/template/request-writers.ts';
import type { SampleRow } from '../samples/jtl/jtl-reader.ts';
import { openJtl } from '../samples/jtl/jtl-writer.ts';
import { isAllRefused } from '../samples/summary/statistics.ts';
import { blast } from './blast.ts';
import { groupTo, place, planOf, requestTo, TestBed, writeBody } from './testing/test-bed.ts';

const bed = new TestBed();

afterEach(() => bed.cleanUp());

function expectOneRowForEach(rows: readonly SampleRow[], received: readonly Identity[]): void {
  expect(rows.map(place).sort()).toEqual(received.map(place).sort());
  expect(new Set(received.map(place)).size).toBe(received.length);
}

describe('blast', () => {
  it('sends every identity of the plan once and writes a row for each', async () => {
    const { url, received } = await bed.endpoint();
    const groups = [
      groupTo(url, { threads: 7, loops: 5 }),
      groupTo(url, { name: 'more', threads: 2, loops: 3 }),
    ];
    const { result, rows } = await bed.run(planOf(groups));
    expectOneRowForEach(rows, received);
    expect(rows).toHaveLength(7 * 5 + 2 * 3);
    expect(new Set(rows.map(({ threadName }) => threadName))).toEqual(
      new Set([...[1, 2, 3, 4, 5, 6, 7].map((n) => `users 1-${n}`), 'more 2-1', 'more 2-2']),
    );
    expect(result.end).toBe('completed');
    expect(isAllRefused(result.statistics.summary())).toBe(false);
    expect(result.statistics.summary()).toMatchObject({ samples: 41, acked: 41, failed: 0 });
    expect(result.threads).toEqual({ active: 0, started: 9, finished: 9 });
    expect(result.latency.totalCount).toBe(41);
    expect(result.intendedLatency.totalCount).toBe(41);
    expect(result.endedMs).toBeGreaterThanOrEqual(result.startedMs);
  });

  it('sends the requests of a loop in order over one connection', async () => {
    const paths: string[] = [];
    const connections = new Set<unknown>();
    const { url, received } = await bed.endpoint((response, _, request) => {
      paths.push(request.url ?? '');
      connections.add(request.socket);
      response.end();
    });
    const requests = ['a', 'b'].map((name) => requestTo(`${url}/${name}`, { name }));
    const { rows } = await bed.run(planOf([groupTo(url, { loops: 3, requests })]));
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

  it('opens new connections for each loop if the plan asks for it', async () => {
    const loops = new Map<unknown, Set<number>>();
    const { url, received } = await bed.endpoint((response, { loop }, request) => {
      loops.set(request.socket, new Set([...(loops.get(request.socket) ?? []), loop]));
      response.end();
    });
    const requests = ['a', 'b'].map((name) => requestTo(url, { name }));
    const group = groupTo(url, { threads: 3, loops: 5, requests, newConnectionEachLoop: true });
    const { rows } = await bed.run(planOf([group]));
    expectOneRowForEach(
      rows.filter(({ label }) => label === 'a'),
      received.filter(({ request }) => request === 1),
    );
    expect([...loops.values()].map(({ size }) => size)).toEqual(Array(15).fill(1));
  });

  it('fills in URL and headers for each message and writes the sent URL', async () => {
    const seen: unknown[] = [];
    const { url } = await bed.endpoint((response, _, request) => {
      seen.push([request.url, request.headers['x-loop']]);
      response.end();
    });
    const request = requestTo(`${url}?thread=\${thread}`, { headers: { 'X-Loop': '${loop}' } });
    const plan = planOf([groupTo(url, { loops: 2, requests: [request] })]);
    const urls: string[] = [];
    await bed.run(plan, { headOf: requestWriters(plan).headOf, onSample: (sample) => urls.push(sample.url) });
    expect(seen).toEqual([
      ['/send?thread=1', '1'],
      ['/send?thread=1', '2'],
    ]);
    expect(urls).toEqual(Array(2).fill(`${url}?thread=1`));
  });

  it('runs 1,000 threads with one connection each', async () => {
    const connections = new Set<unknown>();
    const { url, received } = await bed.endpoint((response, _, request) => {
      connections.add(request.socket);
      response.end('ok');
    });
    const { result, rows } = await bed.run(planOf([groupTo(url, { threads: 1000, loops: 3 })]));
    expect(result.statistics.summary().responses).toEqual([
      { responseCode: '200', responseMessage: 'OK', outcome: 'acked', count: 3000 },
    ]);
    expectOneRowForEach(rows, received);
    expect(connections.size).toBe(1000);
  });

  it('sends once if the server closes after each response, even with a method that could be retried', async () => {
    const { url, received } = await bed.endpoint((response) =>
      response.setHeader('connection', 'close').end(),
    );
    const requests = [requestTo(url, { method: 'PUT' })];
    const { result, rows } = await bed.run(planOf([groupTo(url, { threads: 5, loops: 20, requests })]));
    expect(result.statistics.summary()).toMatchObject({ samples: 100, acked: 100 });
    expectOneRowForEach(rows, received);
  });

  it('writes a row for every message that a failing server received, and acks none without a response', async () => {
    const answered = new Set<string>();
    const { url, received } = await bed.endpoint((response, identity, request) => {
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
    const { rows } = await bed.run(planOf([groupTo(url, { threads: 10, loops: 30 })]));
    expect(rows).toHaveLength(300);
    const places = new Set(rows.map(place));
    expect(places.size).toBe(300);
    expect(new Set(received.map(place)).size).toBe(received.length);
    const acked = rows.filter(({ responseCode }) => responseCode === '200').map(place);
    expect(acked.length).toBeGreaterThan(0);
    expect(acked.filter((each) => !answered.has(each))).toEqual([]);
    expect(received.filter((identity) => !places.has(place(identity)))).toEqual([]);
  });

  it('reports that every connection was refused', async () => {
    const server = createTcpServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const { result, rows } = await bed.run(
      planOf([groupTo(`http://127.0.0.1:${port}/`, { threads: 3, loops: 2 })]),
    );
    expect(isAllRefused(result.statistics.summary())).toBe(true);
    expect(result.statistics.summary()).toMatchObject({ samples: 6, rejected: 6, failed: 6 });
    expect(rows).toHaveLength(6);
  });

  it('refuses a plan with an unsupported URL before it sends anything', async () => {
    await expect(bed.run(planOf([groupTo('ftp://localhost/')]))).rejects.toMatchObject({ exitCode: 2 });
  });

  it.skipIf(process.platform !== 'linux')(
    'refuses more threads than the process may open files',
    async () => {
      const plan = planOf([groupTo('http://localhost:1/', { threads: 2 ** 31 })]);
      await expect(bed.run(plan)).rejects.toMatchObject({ exitCode: 4 });
    },
  );

  it('fails if the samples cannot be written', async () => {
    const { url } = await bed.endpoint();
    const path = join(await bed.folder(), 'closed.jtl');
    const writer = await openJtl(path);
    await writer.close();
    const plan = planOf([groupTo(url, { loops: null })]);
    await expect(blast({ plan, run: 'run', bodyOf: () => writeBody, writer })).rejects.toMatchObject({
      name: 'QblError',
      exitCode: 4,
    });
  });

  it('fails with the error that was thrown while a sample was recorded', async () => {
    const { url } = await bed.endpoint();
    const onSample = (): void => {
      throw new RangeError('a bug');
    };
    await expect(bed.run(planOf([groupTo(url, { threads: 3, loops: null })]), { onSample })).rejects.toThrow(
      'a bug',
    );
  });
});

describe('progress', () => {
  it('reports the final counts at the end', async () => {
    const { url } = await bed.endpoint();
    const seen: unknown[] = [];
    await bed.run(planOf([groupTo(url, { threads: 2, loops: 3 })]), {
      onProgress: ({ plannedSamples, threads, statistics }) =>
        seen.push([plannedSamples, threads.finished, statistics.samples]),
    });
    expect(seen.at(-1)).toEqual([6, 2, 6]);
  });
});
