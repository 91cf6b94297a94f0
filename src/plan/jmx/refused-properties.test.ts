import { describe, expect, it } from 'vitest';
import {
  collection,
  counter,
  headerManager,
  httpDefaults,
  jmx,
  jmxElement,
  props,
  sampler,
  threadGroup,
} from './testing/jmx.ts';
import { inGroup, inRequest, refusalsOf } from './testing/refusals.ts';

const withProperty = (name: string, value: string | boolean) =>
  refusalsOf(jmx(threadGroup({ under: [sampler({ properties: { [name]: value } })] })));
const ofGroup = (properties: Record<string, string>, loops: string | number = 1) =>
  refusalsOf(jmx(threadGroup({ properties, loops })));

describe('refuses and names:', () => {
  it.each([
    ['HTTPSampler.image_parser', true, 'HTTPSampler.image_parser=true is not supported'],
    ['HTTPSampler.md5', true, 'HTTPSampler.md5=true is not supported'],
    ['HTTPSampler.ipSource', '10.0.0.1', 'HTTPSampler.ipSource=10.0.0.1 is not supported'],
    [
      'HTTPSampler.contentEncoding',
      'latin1',
      'HTTPSampler.contentEncoding=latin1 is not supported, only UTF-8',
    ],
    ['HTTPSampler.implementation', 'Java', 'HTTPSampler.implementation=Java is not supported'],
    ['HTTPSampler.domain', 'near?far', 'HTTPSampler.domain: expected the name of a server, not "near?far"'],
    ['HTTPSampler.domain', 'near:80', 'HTTPSampler.domain: expected the name of a server, not "near:80"'],
    ['HTTPSampler.path', '/a|b', 'HTTPSampler.path: | in "/a|b" is not supported: write %7C'],
    ['HTTPSampler.path', '/a[1]', 'HTTPSampler.path: [ in "/a[1]" is not supported: write %5B'],
    ['HTTPSampler.path', '/a?{"b":1}', 'HTTPSampler.path: { in "/a?{"b":1}" is not supported: write %7B'],
    ['HTTPSampler.path', '/a?b=c#d|', 'HTTPSampler.path: | in "/a?b=c#d|" is not supported: write %7C'],
    [
      'HTTPSampler.path',
      '/a?b=100%',
      'HTTPSampler.path: % without two hexadecimal digits in "/a?b=100%" is not supported: write %25',
    ],
    ['HTTPSampler.protocol', 'ftp', 'URL: expected the protocol http or https, not "ftp"'],
    [
      'HTTPSampler.method',
      'BREW',
      'HTTPSampler.method: expected one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
    ],
    [
      'HTTPSampler.method',
      '${nothing}',
      'HTTPSampler.method: expected a constant, but ${nothing} gets its value while the test runs',
    ],
    ['Some.plugin', 'on', 'Some.plugin=on is not supported'],
  ])('%s = %s', (name, value, message) => {
    expect(withProperty(name, value)).toEqual([`Test Plan › Users › Send: ${message}`]);
  });

  it.each([
    [
      { 'ThreadGroup.num_threads': '100001' },
      'ThreadGroup.num_threads: expected a whole number from 1 to 100,000',
    ],
    [
      { 'ThreadGroup.num_threads': '${__threadNum}' },
      'ThreadGroup.num_threads: __threadNum has no value outside a thread',
    ],
    [
      { 'ThreadGroup.scheduler': 'true' },
      'ThreadGroup.duration: expected a duration above 0, because the scheduler is on',
    ],
    [{ 'ThreadGroup.on_sample_error': 'panic' }, 'ThreadGroup.on_sample_error: expected one of'],
    [{ 'ThreadGroup.other': '1' }, 'ThreadGroup.other=1 is not supported'],
  ])('thread group properties %o', (properties, message) => {
    expect(ofGroup(properties)).toEqual([expect.stringContaining(`Test Plan › Users: ${message}`)]);
  });

  it('a controller that JMeter would never leave', () => {
    const text = jmx(threadGroup()).replace(
      /<stringProp name="LoopController.continue_forever">false<\/stringProp>/,
      '',
    );
    expect(refusalsOf(text)).toEqual([
      'Test Plan › Users: LoopController.continue_forever: expected false, because loops has a number',
    ]);
  });

  it('a thread that starts after the end of its group', () => {
    const timed = {
      'ThreadGroup.num_threads': '3',
      'ThreadGroup.scheduler': 'true',
      'ThreadGroup.duration': '2',
    };
    const message =
      'ThreadGroup.ramp_time: expected all threads to start before the duration ends, because JMeter sends one request with each later thread';
    expect(ofGroup({ ...timed, 'ThreadGroup.ramp_time': '3' })).toEqual([`Test Plan › Users: ${message}`]);
    expect(ofGroup({ ...timed, 'ThreadGroup.ramp_time': '3', 'ThreadGroup.delay': '1' })).toEqual([
      `Test Plan › Users: ${message}`,
    ]);
    expect(ofGroup({ ...timed, 'ThreadGroup.ramp_time': '2', 'ThreadGroup.delay': '1' })).toEqual([]);
    expect(ofGroup({ ...timed, 'ThreadGroup.ramp_time': '9', 'ThreadGroup.delayedStart': 'true' })).toEqual(
      [],
    );
  });

  it.each([
    ['other', 'other:3000'],
    ['other:80', 'other'],
    ['other:3000', null],
    ['other:81', null],
  ])('a header Host that JMeter changes: %s', (host, sent) => {
    const under = [sampler({ under: [headerManager({ Host: host })] })];
    expect(refusalsOf(jmx(threadGroup({ under })))).toEqual(
      sent === null
        ? []
        : [`Test Plan › Users › Send: headers.Host: JMeter sends "${sent}", not "${host}": write "${sent}"`],
    );
  });

  it('a value that JMeter takes from defaults after the first loop', () => {
    const defaults = (method: string) =>
      jmxElement('ConfigTestElement', 'Defaults', props({ 'HTTPSampler.method': method }), {
        attributes: 'guiclass="HttpDefaultsGui"',
      });
    const under = (...methods: string[]) =>
      refusalsOf(jmx(threadGroup({ under: [...methods.map(defaults), sampler()] })));
    expect(under('PUT', 'POST')).toEqual([
      'Test Plan › Users › Send: HTTPSampler.method: JMeter sends "POST" in the first loop and "PUT" in all others: remove "POST" from the HTTP Request Defaults',
    ]);
    expect([under('PUT'), under('POST', 'PUT'), under('PUT', 'PATCH')]).toEqual([[], [], []]);
  });

  it('files, also of the defaults', () => {
    const file = collection('HTTPFileArgs.files', [props({ 'File.path': 'a.bin' })], 'HTTPFileArg');
    const files = `<elementProp name="HTTPsampler.Files" elementType="HTTPFileArgs">${file}</elementProp>`;
    const text = jmx(threadGroup()).replace('<elementProp name="HTTPsampler.Arguments"', `${files}$&`);
    const refused = ['Test Plan › Users › Send: files are not supported'];
    expect(refusalsOf(text)).toEqual(refused);
    expect(inGroup(httpDefaults(files))).toEqual(refused);
  });

  it('repeated headers, connection headers and number formats', () => {
    expect(inGroup(headerManager({ a: '1', A: '2' }))).toEqual([
      'Test Plan › Users › Headers: the header A is repeated: expected each header once',
    ]);
    expect(inRequest(headerManager({ 'Keep-Alive': '1' }))).toEqual([
      'Test Plan › Users › Send: headers.Keep-Alive: this header belongs to the connection and cannot be in a plan',
    ]);
    expect(inRequest(headerManager({ ['__proto__']: 'a' }))).toEqual([
      'Test Plan › Users › Send: headers.__proto__: expected the name of a header: letters, digits and hyphens',
    ]);
    expect(inGroup(counter({ name: 'n', format: '#,##0' }))).toEqual([
      'Test Plan › Users › Counter: CounterConfig.format=#,##0 is not supported',
    ]);
  });
});
