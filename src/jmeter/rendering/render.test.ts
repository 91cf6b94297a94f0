import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { IN_BODY } from '../../message/placement.ts';
import { loadPlan } from '../../plan/load.ts';
import { PACKAGED_PLANS } from '../../plan/packaged.ts';
import type { Plan, Request, ThreadGroup } from '../../plan/plan.ts';
import type { XmlElement } from '../elements/xml.ts';
import { readXml } from '../testing/read-xml.ts';
import { renderJmx } from './render.ts';

const REQUEST: Request = {
  name: 'Send',
  url: 'http://localhost:3000/send?a=1|2',
  method: 'POST',
  headers: { 'Content-Type': 'application/json', 'X-Odd': '$ {a\\b} ${loop}' },
  body: '{"n":${thread}}',
  timeoutMs: 1500,
};
const GROUP: ThreadGroup = {
  name: 'Users & <co>',
  threads: 100,
  loops: 10,
  durationMs: null,
  rampUpMs: 3000,
  onSampleError: 'stoptest',
  requests: [REQUEST],
};
const PLAN: Plan = { name: 'Plan', threadGroups: [GROUP], rate: null, identity: IN_BODY };

function render(plan: Plan): XmlElement {
  return readXml(renderJmx(plan, { forUser: true }));
}

function children({ content }: XmlElement): readonly XmlElement[] {
  return typeof content === 'string' ? [] : content;
}

function all(element: XmlElement, name: string): XmlElement[] {
  const here = element.name === name ? [element] : [];
  return [...here, ...children(element).flatMap((child) => all(child, name))];
}

/** The text of a property, found by the names of its element and of the property. */
function propertyOf(root: XmlElement, elementName: string, property: string, index = 0): unknown {
  const owner = all(root, elementName)[index];
  const found = owner === undefined ? [] : properties(owner);
  return found.find(({ attributes }) => attributes['name'] === property)?.content;
}

function properties(element: XmlElement): XmlElement[] {
  return [element, ...children(element).flatMap(properties)];
}

describe('renderJmx', () => {
  it('puts the tree of each element after it', () => {
    for (const tree of all(render(PLAN), 'hashTree')) {
      expect(
        children(tree).map(({ name }, index) => (index % 2 === 1) === (name === 'hashTree')),
      ).not.toContain(false);
      expect(children(tree).length % 2).toBe(0);
    }
  });

  it('uses the plan as defaults of properties', () => {
    const root = render(PLAN);
    expect(propertyOf(root, 'ThreadGroup', 'ThreadGroup.num_threads')).toBe('${__P(threads,100)}');
    expect(propertyOf(root, 'ThreadGroup', 'ThreadGroup.ramp_time')).toBe('${__P(rampUp,3)}');
    expect(propertyOf(root, 'ThreadGroup', 'LoopController.loops')).toBe('${__P(loops,10)}');
    expect(propertyOf(root, 'ThreadGroup', 'LoopController.continue_forever')).toBe('false');
    expect(propertyOf(root, 'ThreadGroup', 'ThreadGroup.on_sample_error')).toBe('stoptest');
    expect(propertyOf(root, 'HTTPSamplerProxy', 'HTTPSampler.protocol')).toBe('${__P(protocol,http)}');
    expect(propertyOf(root, 'HTTPSamplerProxy', 'HTTPSampler.domain')).toBe('${__P(host,localhost)}');
    expect(propertyOf(root, 'HTTPSamplerProxy', 'HTTPSampler.port')).toBe('${__P(port,3000)}');
    expect(all(root, 'ThreadGroup')[0]?.attributes['testname']).toBe('Users & <co>');
  });

  it('attempts each request once and follows no redirect', () => {
    const root = render(PLAN);
    const property = (name: string) => propertyOf(root, 'HTTPSamplerProxy', `HTTPSampler.${name}`);
    expect(property('path')).toBe('/send?a=1%7C2');
    expect([property('follow_redirects'), property('auto_redirects')]).toEqual(['false', 'false']);
    expect([property('connect_timeout'), property('response_timeout')]).toEqual(['1500', '1500']);
    expect(property('postBodyRaw')).toBe('true');
    expect(property('contentEncoding')).toBe('UTF-8');
  });

  it('adds identity and sum to the body, and evaluates changing values once per sample', () => {
    const root = render(PLAN);
    expect(propertyOf(root, 'HTTPSamplerProxy', 'Argument.value')).toBe(
      '${fields},"qbl":{"run":"${run}","group":1,"thread":${__threadNum},"loop":${loop},"request":1,"sentAt":"${now}","sum":"${sum}"}}',
    );
    const [names, values] = all(root, 'UserParameters').flatMap(children);
    expect(children(names as XmlElement).map(({ content }) => content)).toEqual([
      'now',
      'fields',
      'canonical',
      'sum',
    ]);
    expect(
      properties(values as XmlElement).flatMap(({ content }) =>
        typeof content === 'string' ? [content] : [],
      ),
    ).toEqual([
      '${__time()}',
      '{"n":${__threadNum}',
      '{"n":${__threadNum}}',
      '${__digest(MD5,${canonical}|${run}|1|${__threadNum}|${loop}|1|${now},,,)}',
    ]);
    expect(propertyOf(root, 'UserParameters', 'UserParameters.per_iteration')).toBe('false');
  });

  it('fills in headers', () => {
    expect(
      all(render(PLAN), 'HeaderManager')
        .flatMap(properties)
        .map(({ content }) => content),
    ).toContain('$ {a\\\\b} ${loop}');
  });

  it('reads no JMeter property except the run ID if qbl starts JMeter', () => {
    const text = renderJmx({ ...PLAN, threadGroups: [{ ...GROUP, durationMs: 60_000 }] }, { forUser: false });
    expect(text.match(/__P\(\w+/g)).toEqual(['__P(run']);
    const root = readXml(text);
    expect(propertyOf(root, 'ThreadGroup', 'ThreadGroup.num_threads')).toBe('100');
    expect(propertyOf(root, 'ThreadGroup', 'ThreadGroup.duration')).toBe('60');
    expect(propertyOf(root, 'HTTPSamplerProxy', 'HTTPSampler.domain')).toBe('localhost');
    expect(propertyOf(root, 'HTTPSamplerProxy', 'HTTPSampler.port')).toBe('3000');
  });

  it('adds a number to the property names of the second thread group and the second origin', () => {
    const other = { ...REQUEST, name: 'Other', url: 'https://example.org/' };
    const group = { ...GROUP, requests: [REQUEST, other] };
    const root = render({ ...PLAN, threadGroups: [group, { ...group, loops: null, durationMs: 60_000 }] });
    expect(propertyOf(root, 'ThreadGroup', 'ThreadGroup.num_threads', 1)).toBe('${__P(threads.2,100)}');
    expect(propertyOf(root, 'ThreadGroup', 'LoopController.loops', 1)).toBe('${__P(loops.2,-1)}');
    expect(propertyOf(root, 'ThreadGroup', 'ThreadGroup.duration', 1)).toBe('${__P(duration.2,60)}');
    expect(propertyOf(root, 'ThreadGroup', 'ThreadGroup.scheduler', 1)).toBe('true');
    const ports = [0, 1, 2, 3].map((index) =>
      propertyOf(root, 'HTTPSamplerProxy', 'HTTPSampler.port', index),
    );
    expect(ports.slice(0, 2)).toEqual(['${__P(port,3000)}', '${__P(port.2,443)}']);
    expect(ports.slice(2)).toEqual(ports.slice(0, 2));
  });

  it('has a Summary Report with a results file, and a results tree', () => {
    const listeners = all(render(PLAN), 'ResultCollector');
    expect(listeners.map(({ attributes }) => attributes['guiclass'])).toEqual([
      'SummaryReport',
      'ViewResultsFullVisualizer',
    ]);
    expect(propertyOf(render(PLAN), 'ResultCollector', 'filename')).toBe('${__P(results,${run}.jtl)}');
  });

  it("waits for the schedule's slot before it evaluates the message", () => {
    const root = render({ ...PLAN, rate: 0.5 });
    const [group] = all(root, 'hashTree').filter((tree) =>
      children(tree).some(({ name }) => name === 'TestAction'),
    );
    expect(
      children(group as XmlElement)
        .map(({ name }) => name)
        .filter((name) => name !== 'hashTree'),
    ).toEqual(['CounterConfig', 'TestAction', 'HTTPSamplerProxy']);
    expect(renderJmx({ ...PLAN, rate: 0.5 }, { forUser: false })).toContain('- 1) * 1000000 / 500');
    const texts = all(root, 'UserParameters').flatMap(properties);
    const values = texts.map(({ content }) => content);
    expect(values).toContain('${__counter(FALSE,)}');
    expect(values).toContainEqual(expect.stringMatching(/; wait > 0 \? wait : 0,\)\}$/));
  });

  it('waits a fixed or random think time before a request', () => {
    const timers = [
      { delayMs: 300, rangeMs: 0 },
      { delayMs: 100, rangeMs: 50 },
    ];
    const of = (chosen: typeof timers) =>
      render({ ...PLAN, threadGroups: [{ ...GROUP, requests: [{ ...REQUEST, timers: chosen }] }] });
    const root = of(timers);
    expect(propertyOf(root, 'ConstantTimer', 'ConstantTimer.delay')).toBe('300');
    expect(propertyOf(root, 'UniformRandomTimer', 'ConstantTimer.delay')).toBe('100');
    expect(propertyOf(root, 'UniformRandomTimer', 'RandomTimer.range')).toBe('50');
    expect(all(of(timers.slice(0, 1)), 'ConstantTimer')).toHaveLength(1);
    expect(all(of([]), 'TestAction')).toEqual([]);
  });

  it('starts a group after a delay in seconds', () => {
    const group = { ...GROUP, startDelayMs: 4_000, durationMs: 10_000 };
    const root = render({ ...PLAN, threadGroups: [group] });
    expect(propertyOf(root, 'ThreadGroup', 'ThreadGroup.delay')).toBe('4');
  });

  it('starts threads with delay if the group says so', () => {
    const delayed = (group: ThreadGroup) =>
      propertyOf(render({ ...PLAN, threadGroups: [group] }), 'ThreadGroup', 'ThreadGroup.delayedStart');
    expect(delayed({ ...GROUP, delayedStart: true })).toBe('true');
    expect(delayed(GROUP)).not.toBe('true');
  });

  it('has no header manager if there are no headers', () => {
    const requests = [{ ...REQUEST, headers: {} }];
    const root = render({ ...PLAN, threadGroups: [{ ...GROUP, requests }] });
    expect(all(root, 'HeaderManager')).toEqual([]);
  });
});

describe('a plan that JMeter cannot run', () => {
  it('is refused with all reasons at once', () => {
    const request = {
      ...REQUEST,
      method: 'HEAD' as const,
      url: 'http://localhost:81/send?share=100%',
      headers: { 'X-Name': 'ñ', Host: 'other' },
    };
    const group = { ...GROUP, rampUpMs: 1, durationMs: 1500, requests: [request, REQUEST] };
    expect(() => render({ ...PLAN, threadGroups: [group], rate: 0.12345 })).toThrow(
      [
        'JMeter cannot run this plan:',
        'a rate for 2 requests in the plan: in JMeter, qbl can keep a rate only with 1 request',
        'a rate of 0.12345: use at most 3 decimals',
        'Users & <co>: ramp-up of 1 ms: JMeter needs whole seconds',
        'Users & <co>: duration of 1500 ms: JMeter needs whole seconds',
        'Send: HEAD with a body: JMeter sends no body',
        'Send: the header X-Name: JMeter sends only ASCII',
        'Send: % in the URL without two hexadecimal digits: JMeter does not send it: write %25',
        'Send: the header Host: JMeter sends other:81',
      ].join('\n'),
    );
  });
});

describe('plans/stress.jmx', () => {
  it('is equal to the rendered plans/stress.yaml: node scripts/stress-jmx.mjs', async () => {
    const plan = await loadPlan(`${PACKAGED_PLANS}stress.yaml`);
    const kept = await readFile(`${PACKAGED_PLANS}stress.jmx`, 'utf8');
    expect(kept).toBe(renderJmx(plan, { forUser: true }));
  });
});
