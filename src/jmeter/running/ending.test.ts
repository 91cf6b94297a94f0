import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IN_BODY } from '../../message/placement.ts';
import type { OnSampleError, Plan, ThreadGroup } from '../../plan/plan.ts';
import type { SampleRow } from '../../samples/jtl/jtl-reader.ts';
import type { MessagePlace } from '../../samples/jtl/message-place.ts';
import { type EndingEvidence, endingOf } from './ending.ts';
import { Totals } from './totals.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qbl-ending-'));
});

afterEach(() => rm(folder, { recursive: true }));

function planOf(onSampleError: OnSampleError, changes: Partial<ThreadGroup> = {}): Plan {
  const group = { name: 'g', threads: 2, loops: 1, durationMs: null, rampUpMs: 0, onSampleError, ...changes };
  const request = {
    name: 'r',
    url: 'http://h/',
    method: 'POST' as const,
    headers: {},
    body: '{}',
    timeoutMs: 0,
  };
  return { name: 'p', threadGroups: [{ ...group, requests: [request] }], rate: null, identity: IN_BODY };
}

function totalsOf(...successes: boolean[]): Totals {
  const totals = new Totals();
  for (const success of successes) totals.add(rowOf(success));
  return totals;
}

function rowOf(success: boolean, place: MessagePlace | null = null): SampleRow {
  const responseCode = success ? '200' : '500';
  const figures = { timeStampMs: 1, elapsedMs: 1, bytes: 0, sentBytes: 0, latencyMs: 0, connectMs: 0 };
  const texts = { responseCode, responseMessage: '', failureMessage: '', label: 'r', threadName: 'g 1-1' };
  return { ...figures, ...texts, success, loop: 1, place };
}

function ending(evidence: Partial<EndingEvidence>) {
  return endingOf({
    plan: planOf('continue'),
    exit: EXIT,
    totals: totalsOf(true, true),
    torn: false,
    logFile: join(folder, 'jmeter.log'),
    stop: new AbortController().signal,
    interrupt: new AbortController().signal,
    ...evidence,
  });
}

/** A clean exit of JMeter. */
const EXIT = { code: 0, lastLines: '', cause: null, saidEnd: true };

const broken = { kind: 'broken-off' };

describe('endingOf', () => {
  it('is a complete run if there are as many samples as planned', async () => {
    expect(await ending({})).toEqual({ kind: 'in-order', reason: 'completed' });
    expect(await ending({ totals: totalsOf(true) })).toMatchObject(broken);
    expect(await ending({ totals: totalsOf(true, false) })).toEqual({
      kind: 'in-order',
      reason: 'completed',
    });
  });

  it('accepts fewer samples if a signal or a failed sample stopped the run', async () => {
    const stop = AbortSignal.abort();
    expect(await ending({ stop, totals: totalsOf(true) })).toMatchObject({ reason: 'stopped' });
    expect(await ending({ stop, interrupt: stop, totals: totalsOf() })).toMatchObject({
      reason: 'interrupted',
    });
    for (const mode of ['stoptest', 'stoptestnow'] as const) {
      expect(await ending({ plan: planOf(mode), totals: totalsOf(false) })).toMatchObject({ reason: mode });
    }
    const stopthread = planOf('stopthread');
    expect(await ending({ plan: stopthread, totals: totalsOf(false) })).toMatchObject({
      reason: 'completed',
    });
    expect(await ending({ plan: stopthread, totals: totalsOf(true) })).toMatchObject(broken);
    const endless = planOf('stopthread', { loops: null, durationMs: 60_000 });
    expect(await ending({ plan: endless, totals: totalsOf(true, false) })).toMatchObject({
      reason: 'stopthread',
    });
    expect(await ending({ plan: endless, totals: totalsOf(true) })).toMatchObject({ reason: 'completed' });
    // The thread could not send a further request at this rate.
    const slow = { ...endless, rate: 1 / 60 };
    expect(await ending({ plan: slow, totals: totalsOf(false) })).toMatchObject({ reason: 'completed' });
  });

  it('reports a broken-off run if JMeter was killed, failed, or wrote half a row', async () => {
    expect(await ending({ exit: { ...EXIT, code: null } })).toMatchObject(broken);
    expect(await ending({ exit: { ...EXIT, code: 1, lastLines: 'why' } })).toEqual({
      ...broken,
      why: 'JMeter ended with exit code 1: why',
    });
    expect(await ending({ torn: true })).toMatchObject(broken);
  });

  it('reports a broken-off run if a thread died, even with exit code 0', async () => {
    const logFile = join(folder, 'jmeter.log');
    await writeFile(
      logFile,
      '2026-01-01 00:00:00,000 ERROR o.a.j.t.JMeterThread: Test failed!\njava.lang.OutOfMemoryError\n',
    );
    const stop = AbortSignal.abort();
    expect(await ending({ stop, logFile })).toEqual({
      ...broken,
      why: expect.stringMatching(/^a JMeter thread died: .*Test failed! java\.lang\.OutOfMemoryError$/),
    });
    await writeFile(logFile, '2026-01-01 00:00:00,000 INFO o.a.j.t.JMeterThread: Thread finished: g 1-1\n');
    expect(await ending({ stop, logFile })).toMatchObject({ kind: 'in-order' });
  });
});

describe('endingOf a test plan that JMeter ran unchanged', () => {
  const foreign = (onSampleError: OnSampleError = 'continue') => ({
    plan: { ...planOf(onSampleError, { loops: null }), foreign: { name: 'a.jmx', sha256: '' } },
  });
  const withLog = async (line: string) => {
    const logFile = join(folder, 'jmeter.log');
    await writeFile(logFile, `2026-01-01 INFO o.a.j.JMeter: begins\n${line}\n`);
    return { logFile };
  };

  it('is complete with any number of samples, if JMeter said that the test ended', async () => {
    expect(await ending(foreign())).toEqual({ kind: 'in-order', reason: 'completed' });
    const silent = { ...EXIT, saidEnd: false };
    expect(await ending({ ...foreign(), exit: silent })).toMatchObject(broken);
  });

  it.each([
    'ERROR o.a.j.m.JSR223PreProcessor: Problem in JSR223 script, qbl identity',
    "ERROR o.a.j.t.JMeterThread: Error while processing sampler: 'Order'.",
  ])('is broken off if a message lacks its identity or its sample: %s', async (line) => {
    expect(await ending({ ...foreign(), ...(await withLog(line)) })).toMatchObject(broken);
  });

  it.each([
    [[1, 2, 3], null],
    [[2, 1], null],
    [[1, 3], '1-1'],
    [[2], '1-1'],
  ])('is broken off if the numbers of a thread have a gap: %j', async (loops, gap) => {
    const totals = totalsOf(true);
    for (const loop of loops) totals.add(rowOf(true, { group: 1, thread: 1, request: 1, loop }));
    totals.add(rowOf(true, { group: 1, thread: 2, request: 1, loop: 1 }));
    for (const stop of [AbortSignal.abort(), new AbortController().signal])
      expect(await ending({ ...foreign(), totals, stop })).toMatchObject(
        gap === null
          ? { kind: 'in-order' }
          : { ...broken, why: `JMeter wrote no sample for a message of thread ${gap}` },
      );
  });

  it('names the setting that ended the test after a failed sample', async () => {
    const log = await withLog('INFO o.a.j.t.JMeterThread: Shutdown Test detected by thread: g 1-1');
    const reasonOf = async (mode: OnSampleError, success: boolean) =>
      ending({ ...foreign(mode), ...log, totals: totalsOf(success) });
    expect(await reasonOf('stoptest', false)).toEqual({ kind: 'in-order', reason: 'stoptest' });
    expect(await reasonOf('stoptest', true)).toEqual({ kind: 'in-order', reason: 'completed' });
    expect(await reasonOf('continue', false)).toEqual({ kind: 'in-order', reason: 'completed' });
  });
});
