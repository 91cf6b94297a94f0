import { describe, expect, it } from 'vitest';
import { literal } from '../language/filled-text.ts';
import { groupOf, requestOf } from './testing/imported.ts';
import { jmx, jmxElement, props, sampler, threadGroup } from './testing/jmx.ts';
import { inRequest } from './testing/refusals.ts';

function timersOf(type: string, properties: string) {
  const timer = jmxElement(type, 'T', properties);
  return requestOf(jmx(threadGroup({ under: [sampler({ under: [timer] })] }))).timers;
}

function delays(delay: string, range: string): string {
  return props({ 'ConstantTimer.delay': delay, 'RandomTimer.range': range });
}

describe('a timer', () => {
  it.each([
    ['GaussianRandomTimer', 'gaussian'],
    ['PoissonRandomTimer', 'poisson'],
  ])('is read: %s', (type, kind) => {
    expect(timersOf(type, delays('300', '100.0'))).toEqual([
      { kind, delay: literal('300'), range: literal('100.0') },
    ]);
  });

  it('can have values that change while the test runs', () => {
    expect(timersOf('UniformRandomTimer', delays('${wait}', '5'))).toEqual([
      { kind: 'uniform', delay: [{ variable: 'wait' }], range: literal('5') },
    ]);
    expect(timersOf('ConstantTimer', props({ 'ConstantTimer.delay': '1${wait}' }))).toEqual([
      { kind: 'uniform', delay: [{ literal: '1' }, { variable: 'wait' }], range: [] },
    ]);
  });

  it('has no delay if its delay is not a whole number, and a range that can have a fraction', () => {
    expect(timersOf('ConstantTimer', props({ 'ConstantTimer.delay': '19412.5' }))).toEqual([
      { delayMs: 0, rangeMs: 0 },
    ]);
    expect(timersOf('UniformRandomTimer', delays('', '0.5'))).toEqual([
      { kind: 'uniform', delay: literal(''), range: literal('0.5') },
    ]);
  });
});

describe('a Constant Throughput Timer', () => {
  const double =
    '<doubleProp><name>throughput</name><value>60.5</value><savedValue>0.0</savedValue></doubleProp>';

  it.each([
    ['', 'thread'],
    ['<intProp name="calcMode">1</intProp>', 'all'],
    ['<intProp name="calcMode">2</intProp>', 'group'],
    ['<intProp name="calcMode">3</intProp>', 'all shared'],
    ['<intProp name="calcMode">4</intProp>', 'group shared'],
    ['<stringProp name="calcMode">all active threads in current thread group</stringProp>', 'group'],
    ['<stringProp name="calcMode">Nur dieser Thread</stringProp>', 'thread'],
  ])('has a mode: %s', (calcMode, mode) => {
    expect(timersOf('ConstantThroughputTimer', double + calcMode)).toEqual([
      expect.objectContaining({ kind: 'throughput', perMinute: literal('60.5'), mode }),
    ]);
  });

  it('is the same timer for all requests in its scope', () => {
    const timer = jmxElement('ConstantThroughputTimer', 'T', props({ throughput: '${rate}' }));
    const group = threadGroup({ under: [timer, timer, sampler(), sampler()] });
    const { requests } = groupOf(jmx(group));
    expect(requests[0]?.timers).toEqual(requests[1]?.timers);
    expect(requests[0]?.timers?.[0]).not.toEqual(requests[0]?.timers?.[1]);
    expect(requests[0]?.timers?.[0]).toMatchObject({ perMinute: [{ variable: 'rate' }] });
  });
});

it('reads a Precise Throughput Timer', () => {
  const values = { throughput: '2.5', throughputPeriod: 60, duration: 120, batchSize: 2, randomSeed: -7 };
  expect(timersOf('PreciseThroughputTimer', props(values))).toEqual([
    {
      ...{ kind: 'precise', throughput: 2.5, periodSeconds: 60, durationSeconds: 120 },
      ...{ batchSize: 2, seed: -7 },
    },
  ]);
});

describe('refuses and names:', () => {
  const precise = { throughput: '2', throughputPeriod: 1, duration: 1, batchSize: 1, randomSeed: 0 };

  it.each([
    [
      'ConstantTimer',
      { 'ConstantTimer.delay': '-1' },
      'ConstantTimer.delay: expected a number from 0 to 2147483647, not "-1"',
    ],
    ['ConstantThroughputTimer', { calcMode: 5 }, 'calcMode: expected a number from 0 to 4, not "5"'],
    ['PreciseThroughputTimer', { ...precise, throughput: 0 }, 'throughput: expected a number above 0'],
    [
      'PreciseThroughputTimer',
      { ...precise, duration: '' },
      'duration: expected a number from 1 to 2147483647, not "0"',
    ],
    [
      'PreciseThroughputTimer',
      { ...precise, throughput: 6_000_000 },
      'duration: expected at most 5000000 messages in this time',
    ],
    [
      'PreciseThroughputTimer',
      { ...precise, batchSize: '${x}' },
      'batchSize: expected a constant, but ${x} is filled in for each message',
    ],
  ])('%s with %o', (type, values, message) => {
    expect(inRequest(jmxElement(type, 'T', props(values)))).toEqual([expect.stringContaining(message)]);
  });
});
