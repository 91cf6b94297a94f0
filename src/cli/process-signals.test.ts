import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { onProcessSignals } from './process-signals.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));

afterEach(() => {
  vi.useRealTimers();
  for (const signal of SIGNALS) process.removeAllListeners(signal);
});

/** Counts how often the handler is called. */
function counted(parent: { leads: boolean } | null): () => number {
  let calls = 0;
  onProcessSignals(parent, () => {
    calls++;
  });
  return () => calls;
}

test.each(SIGNALS)('%s counts once if it comes twice at almost the same time', (signal) => {
  const calls = counted(null);
  process.emit(signal, signal);
  vi.advanceTimersByTime(50);
  process.emit(signal, signal);
  expect(calls()).toBe(1);
  vi.advanceTimersByTime(250);
  process.emit(signal, signal);
  expect(calls()).toBe(2);
});

test('two different signals count as two', () => {
  const calls = counted(null);
  process.emit('SIGINT', 'SIGINT');
  process.emit('SIGTERM', 'SIGTERM');
  expect(calls()).toBe(2);
});

test.each(SIGNALS)('%s is ignored while a parent leads the process', (signal) => {
  const parent = { leads: true };
  const calls = counted(parent);
  process.emit(signal, signal);
  expect(calls()).toBe(0);
  parent.leads = false;
  process.emit(signal, signal);
  expect(calls()).toBe(1);
});
