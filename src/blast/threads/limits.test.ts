import { describe, expect, it } from 'vitest';
import { IN_BODY } from '../../message/placement.ts';
import type { Plan } from '../../plan/plan.ts';
import { checkLimits, readLimits } from './limits.ts';
import { loadGroups } from './load-group.ts';

function groupsOf(threads: number, urls: readonly string[]) {
  const requests = urls.map((url) => ({
    name: url,
    url,
    method: 'POST' as const,
    headers: {},
    body: null,
    timeoutMs: 0,
  }));
  const group = { name: 'users', threads, loops: 1, durationMs: null, rampUpMs: 0, requests };
  const plan: Plan = {
    name: 'plan',
    rate: null,
    identity: IN_BODY,
    threadGroups: [{ ...group, onSampleError: 'continue' }],
  };
  return loadGroups(plan, { bodyOf: () => null });
}

describe('checkLimits', () => {
  it('requires one open file for each thread and origin, plus a reserve', () => {
    const groups = groupsOf(1000, ['http://a/1', 'http://a/2', 'http://b/']);
    expect(() => checkLimits(groups, { openFiles: 2064, ephemeralPorts: null })).not.toThrow();
    expect(() => checkLimits(groups, { openFiles: 2063, ephemeralPorts: null })).toThrow(
      expect.objectContaining({ exitCode: 4, hint: expect.stringContaining('ulimit -n 2064') }),
    );
  });

  it('requires one port for each connection to one origin', () => {
    const groups = groupsOf(1000, ['http://a/', 'http://b/']);
    expect(() => checkLimits(groups, { openFiles: null, ephemeralPorts: 1000 })).not.toThrow();
    expect(() => checkLimits(groups, { openFiles: null, ephemeralPorts: 999 })).toThrow(
      expect.objectContaining({ exitCode: 4 }),
    );
  });

  it('checks nothing if the platform reports no limits', () => {
    const groups = groupsOf(1_000_000, ['http://a/']);
    expect(() => checkLimits(groups, { openFiles: null, ephemeralPorts: null })).not.toThrow();
  });
});

describe('readLimits', () => {
  it('returns numbers on Linux and null elsewhere', async () => {
    const { openFiles, ephemeralPorts } = await readLimits();
    for (const limit of [openFiles, ephemeralPorts]) {
      if (process.platform === 'linux') expect(limit).toBeGreaterThan(0);
      else expect(limit).toBeNull();
    }
  });
});
