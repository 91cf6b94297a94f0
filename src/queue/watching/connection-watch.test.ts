import { once } from 'node:events';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ConnectionState } from '../queue.ts';
import { type ConnectionFailure, ConnectionWatch } from './connection-watch.ts';

const FAILURES: readonly ConnectionFailure[] = [
  { reason: 'nobody listens' },
  { reason: 'access denied', hint: 'Give this user the Write permission.' },
];
const anyProbe = fc.constantFrom(null, ...FAILURES);

test('reports each change once, for any results of the probes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyProbe, { maxLength: 12 }), async (probes) => {
      const changes = probes.filter((probe, i) => i === 0 || probe !== probes[i - 1]);
      expect(await reportsOf(probes)).toEqual(
        changes.map((change) => (change === null ? { kind: 'connected' } : { kind: 'waiting', ...change })),
      );
    }),
  );
});

test('probes again by itself after a failure', async () => {
  const reports: ConnectionState[] = [];
  const probes = [{ reason: 'nobody listens' }, null];
  const connected = new Promise<void>((resolve) => {
    const watch = new ConnectionWatch(
      async () => probes.shift() ?? null,
      (state) => {
        reports.push(state);
        if (state.kind === 'connected') void watch.close().then(resolve);
      },
    );
    expect(watch.state).toEqual({ kind: 'waiting', reason: 'not connected yet' });
  });
  await connected;
  expect(reports).toEqual([{ kind: 'waiting', reason: 'nobody listens' }, { kind: 'connected' }]);
});

test('waits for the last probe when it is closed, and does not report it', async () => {
  const reports: ConnectionState[] = [];
  const end = new AbortController();
  const watch = new ConnectionWatch(
    async () => {
      await once(end.signal, 'abort');
      return null;
    },
    (state) => reports.push(state),
  );
  let closed = false;
  const closing = watch.close().then(() => {
    closed = true;
  });
  await new Promise(setImmediate);
  expect(closed).toBe(false);
  end.abort();
  await closing;
  expect(reports).toEqual([]);
});

/** Runs a watch whose probes give these results in order. Resolves with the states that the watch reports. */
function reportsOf(probes: readonly (ConnectionFailure | null)[]): Promise<ConnectionState[]> {
  const reports: ConnectionState[] = [];
  const left = [...probes];
  return new Promise((resolve) => {
    const watch = new ConnectionWatch(
      async () => {
        await new Promise(setImmediate);
        const next = left.shift();
        if (next === undefined) void watch.close().then(() => resolve(reports));
        // setImmediate runs when the watch already pauses before its next probe, and `probeNow` ends that pause.
        else setImmediate(() => watch.probeNow());
        return next ?? null;
      },
      (state) => reports.push(state),
    );
  });
}
