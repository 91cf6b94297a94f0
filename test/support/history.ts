import { rmSync, symlinkSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Identity } from '../../src/message/identity.ts';
import { IN_BODY } from '../../src/message/placement.ts';
import { writeMessage } from '../../src/message/write.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { type RunFolder, runFiles } from '../../src/runs/run-folder.ts';
import { type Sample, threadName } from '../../src/samples/sample.ts';

/** Helpers for hand-made histories: one thread that sends the same body a few times. */

export const LOOPS = 10;
export const EVERY_LOOP: readonly number[] = Array.from({ length: LOOPS }, (_, i) => i + 1);

export const plan = (some: Partial<Plan> = {}): Plan => ({
  name: 'P',
  rate: null,
  identity: IN_BODY,
  threadGroups: [
    {
      name: 'G',
      threads: 1,
      loops: LOOPS,
      durationMs: null,
      rampUpMs: 0,
      onSampleError: 'continue',
      requests: [
        { name: 'R', url: 'http://localhost/', method: 'POST', headers: {}, body: '{"a":1}', timeoutMs: 0 },
      ],
    },
  ],
  ...some,
});

export const identity = (run: string, loop: number): Identity => ({
  run,
  group: 1,
  thread: 1,
  loop,
  request: 1,
});

export function message(
  run: string,
  loop: number,
  sentAtMs = performance.timeOrigin + performance.now(),
): string {
  return writeMessage('{"a":1}', identity(run, loop), sentAtMs);
}

export const sample = (loop: number, responseCode = '200'): Sample => ({
  timeStampMs: Date.now(),
  elapsedMs: 1,
  label: 'R',
  responseCode,
  responseMessage: 'OK',
  threadName: threadName('G', 1, 1),
  success: true,
  failureMessage: '',
  bytes: 1,
  sentBytes: 1,
  grpThreads: 1,
  allThreads: 1,
  url: 'http://localhost/',
  latencyMs: 1,
  idleTimeMs: 0,
  connectMs: 0,
  loop,
});

export async function edit(file: string, change: (text: string) => string): Promise<void> {
  await writeFile(file, change(await readFile(file, 'utf8')));
}

/**
 * Removes the facts that earlier verifications recorded for a run. Makes it impossible to record new facts, even for
 * root.
 */
export function forbidNotes(folder: RunFolder): void {
  const { seen } = runFiles(folder);
  rmSync(seen, { force: true });
  symlinkSync(join(folder.path, 'nowhere', 'seen.jsonl'), seen, 'junction');
}

/** Shifts the times in a file, as if the sender's clock had been ahead. */
export function setAhead(file: string, aheadMs: number): Promise<void> {
  return edit(file, (text) => text.replaceAll(/\b\d{13}\b/g, (at) => String(Number(at) + aheadMs)));
}
