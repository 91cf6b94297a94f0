import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { receivedOf } from '../../consume/service/received.ts';
import { writeMessage } from '../../message/write.ts';
import type { Plan } from '../../plan/plan.ts';
import { tokenRun } from '../../plan/tokens/token-run.ts';
import { beginRun } from '../../runs/documents/run-json.ts';
import { makeRunFolder, runFiles, runFolder } from '../../runs/run-folder.ts';
import { runMessages } from './run-messages.ts';

const IDENTITY = { run: 'mine', group: 1, thread: 1, loop: 1, request: 1 };

function planOf(body: string, identity: Plan['identity']): Plan {
  const request = {
    name: 'R',
    url: 'http://localhost/',
    method: 'POST',
    headers: {},
    body,
    timeoutMs: 0,
  } as const;
  const group = { threads: 1, loops: 1, durationMs: null, rampUpMs: 0, onSampleError: 'continue' } as const;
  return { name: 'P', rate: null, identity, threadGroups: [{ ...group, name: 'G', requests: [request] }] };
}

async function bed() {
  const runs = await mkdtemp(join(tmpdir(), 'qbl-messages-'));
  onTestFinished(() => rm(runs, { recursive: true }));
  const folder = runFolder(runs, 'mine');
  await makeRunFolder(folder);
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const messages = await runMessages(folder);
  return {
    begin: (plan: Plan) => beginRun(folder, { sender: 'jmeter', plan, queue: null, qblVersion: '0' }),
    abandon: () => rm(runFiles(folder).run),
    identityIn: (text: string) => receivedOf({ value: Buffer.from(text) }, messages).identity,
  };
}

test('a sender that failed and started again has other tokens', async () => {
  const { begin, abandon, identityIn } = await bed();
  const plan = planOf('{"id":"any"}', { kind: 'field', pointer: ['id'] });
  const tokenOf = ({ startedAtMs }: { readonly startedAtMs: number }) =>
    JSON.stringify({ id: tokenRun(plan, { run: 'mine', startedAtMs }).codec.digitsOf(IDENTITY) });
  const first = tokenOf(await begin(plan));
  expect(identityIn(first)).toEqual(IDENTITY);
  await abandon();
  vi.advanceTimersByTime(100);
  expect(identityIn(first)).toBeNull();
  const second = tokenOf(await begin(plan));
  expect(identityIn(second)).toEqual(IDENTITY);
});

test('a sender that started again can have another body', async () => {
  const { begin, abandon, identityIn } = await bed();
  const enriched = writeMessage('{"b":1,"c":2}', IDENTITY, 5).replace('{', '{"added":3,');
  await begin(planOf('{"d":1,"e":2,"f":3}', { kind: 'body', pointer: [] }));
  expect(identityIn(enriched)).toBeNull();
  await abandon();
  await begin(planOf('{"b":1,"c":2}', { kind: 'body', pointer: [] }));
  expect(identityIn(enriched)).toEqual(IDENTITY);
});

test('a message that is recognised does not cause another look at run.json', async () => {
  const { begin, abandon, identityIn } = await bed();
  const plan = planOf('{"id":"any"}', { kind: 'field', pointer: ['id'] });
  const { startedAtMs } = await begin(plan);
  const token = JSON.stringify({
    id: tokenRun(plan, { run: 'mine', startedAtMs }).codec.digitsOf(IDENTITY),
  });
  expect(identityIn(token)).toEqual(IDENTITY);
  await abandon();
  vi.advanceTimersByTime(99);
  expect(identityIn(token)).toEqual(IDENTITY);
});
