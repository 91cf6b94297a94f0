import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NO_IDENTITY, parsePlacement } from '../../message/placement.ts';
import type { Request, ThreadGroup } from '../plan.ts';
import { METHODS, ON_SAMPLE_ERROR } from '../plan.ts';
import { readYamlPlan } from '../yaml.ts';
import { yamlPlan } from './yaml-plan.ts';

const LINE = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 30 })
  .filter((text) => !/\p{Cc}|\p{Cs}/u.test(text));
const TEXT = fc.string({ unit: 'binary', maxLength: 200 }).filter((text) => !/\p{Cs}/u.test(text));
const DURATION_MS = fc.integer({ min: 0, max: 7_200_000 });

const REQUEST: fc.Arbitrary<Omit<Request, 'name'>> = fc.record({
  url: fc.constantFrom('http://localhost:3000/send', 'https://[::1]/a?b=%20#c'),
  method: fc.constantFrom(...METHODS),
  headers: fc.dictionary(fc.stringMatching(/^X-[A-Za-z]{1,9}$/), fc.stringMatching(/^[ -~]{0,30}$/), {
    noNullPrototype: true,
  }),
  body: fc.option(fc.oneof(TEXT, fc.stringMatching(/^[ -~\n\t]{0,90}$/))),
  timeoutMs: DURATION_MS,
});

const GROUP: fc.Arbitrary<ThreadGroup> = fc
  .record({
    name: LINE,
    threads: fc.integer({ min: 1, max: 1000 }),
    loops: fc.option(fc.integer({ min: 1, max: 1000 })),
    durationMs: fc.integer({ min: 1, max: 7_200_000 }),
    rampUpMs: DURATION_MS,
    onSampleError: fc.constantFrom(...ON_SAMPLE_ERROR),
    requests: fc.array(REQUEST, { minLength: 1, maxLength: 3 }),
  })
  .map((group) => ({
    ...group,
    requests: group.requests.map((request, index) => ({ name: `R${index}`, ...request })),
  }));

test('a written plan is read back unchanged, with any heading', () => {
  fc.assert(
    fc.property(
      LINE,
      fc.constantFrom('body', 'none', 'header:X-Id', 'body:/a/b', 'field:/a~1b'),
      fc.array(GROUP, { minLength: 1, maxLength: 3 }),
      fc.array(TEXT, { maxLength: 3 }),
      (name, place, threadGroups, heading) => {
        const identity = parsePlacement(place) ?? NO_IDENTITY;
        const text = yamlPlan({ name, threadGroups, identity }, heading);
        expect(readYamlPlan('plan.yaml', text).plan).toEqual({ name, threadGroups, identity, rate: null });
      },
    ),
  );
});
