import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDuration } from './duration.ts';
import { loadPlan } from './load.ts';
import { PACKAGED_PLANS } from './packaged.ts';
import { plannedSamples } from './plan.ts';
import { planJsonSchema } from './schema.ts';
import { plan, planFolder } from './testing/plan-folder.ts';

const { mistakesOf } = planFolder();
const STRESS = join(PACKAGED_PLANS, 'stress.yaml');

describe('the packaged plan', () => {
  it('matches the exercise: 100 threads, 10 loops, POST http://localhost:3000/send', async () => {
    const stress = await loadPlan(STRESS);
    expect(plannedSamples(stress)).toBe(1000);
    expect(stress.threadGroups[0]).toMatchObject({
      name: 'Usuarios simulados',
      threads: 100,
      loops: 10,
      rampUpMs: 0,
    });
    expect(stress.threadGroups[0]?.requests[0]).toMatchObject({
      name: 'Enviar a Kafka vía Proxy',
      method: 'POST',
      url: 'http://localhost:3000/send',
      headers: { 'Content-Type': 'application/json' },
    });
  });

  it('has an up-to-date JSON Schema beside it', async () => {
    const written = JSON.parse(await readFile(join(PACKAGED_PLANS, 'plan.schema.json'), 'utf8'));
    expect(written).toEqual(JSON.parse(JSON.stringify(planJsonSchema())));
  });
});

describe('values of the command line', () => {
  it('replace those of the plan', async () => {
    const overridden = await loadPlan(STRESS, {
      threads: 3,
      loops: 4,
      url: 'http://127.0.0.1:1/x',
      headers: { 'content-type': 'application/vnd.api+json' },
    });
    expect(plannedSamples(overridden)).toBe(12);
    expect(overridden.threadGroups[0]?.requests[0]).toMatchObject({
      url: 'http://127.0.0.1:1/x',
      headers: { 'content-type': 'application/vnd.api+json' },
    });
    const timed = await loadPlan(STRESS, { durationMs: 1000 });
    expect(timed.threadGroups[0]).toMatchObject({ loops: null, durationMs: 1000 });
  });

  it('are checked like those of the plan', async () => {
    expect(await mistakesOf(plan(''), { body: '[]' })).toMatch(
      /^--body: the body is an array: expected an object/,
    );
    expect(await mistakesOf(plan('', 'hello'), { identity: false })).toBe('no mistake');
  });

  it('are refused for a thread group if the plan has several groups', async () => {
    const two = plan('').replace(/( {2}- name: G.*)/s, '$1$1');
    expect(await mistakesOf(two, { threads: 2 })).toMatch(/2 thread groups/);
  });
});

it('reads durations', () => {
  expect(['0', '500ms', '10s', '1.5m', '1h'].map(parseDuration)).toEqual([0, 500, 10_000, 90_000, 3_600_000]);
  expect(['', '10', '-1s', '1 s', 's', '1d'].map(parseDuration)).toEqual(Array(6).fill(null));
});
