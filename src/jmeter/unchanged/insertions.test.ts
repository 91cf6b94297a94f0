import { describe, expect, it } from 'vitest';
import { foreignPlan } from '../../plan/jmx/foreign.ts';
import { headerManager, jmx, jmxElement, sampler, threadGroup } from '../../plan/jmx/testing/jmx.ts';
import { parseXml } from '../../plan/jmx/xml.ts';
import { withInsertions } from './insertions.ts';

const SAMPLES = '/runs/ñ & ${x}/samples.jtl';

function edited(text: string, settings = {}): string {
  return withInsertions(
    foreignPlan('a.jmx', text, settings, () => {}),
    SAMPLES,
  );
}

/** The text without the elements that qbl inserts. */
function withoutInsertions(text: string): string {
  return text.replace(
    /<HeaderManager [^>]*testname="qbl identity".*?<\/HeaderManager>\n<hashTree\/>|<JSR223PreProcessor [^>]*testname="qbl identity".*?<\/ResultCollector>\n<hashTree\/>/gs,
    '',
  );
}

const POST = sampler({ name: 'Post' });
const GET = sampler({ name: 'Get', properties: { 'HTTPSampler.method': 'GET' } });

describe('the copy of a test plan that JMeter runs', () => {
  it.each([
    ['with trees', jmx(threadGroup({ under: [POST, GET] }))],
    [
      'with CR LF, a byte order mark, characters of two units, comments and CDATA',
      `\uFEFF${jmx(
        threadGroup({
          name: 'ñ 😀',
          under: [
            '<!-- <hashTree> </hashTree> -->',
            jmxElement(
              'JSR223Sampler',
              'Script',
              '<stringProp name="script"><![CDATA[</hashTree> 😀]]></stringProp>',
            ),
            POST,
          ],
        }),
      ).replaceAll('\n', '\r\n')}`,
    ],
    [
      'with an element below a request',
      jmx(threadGroup({ under: [sampler({ under: [jmxElement('X', 'x', '')] })] })),
    ],
    [
      'with a request below a request',
      jmx(
        threadGroup({
          under: [sampler({ under: [POST, GET] })],
        }),
      ),
    ],
  ])('is equal to the file without what qbl inserts: %s', (_, text) => {
    const copy = edited(text);
    expect(copy).not.toBe(text);
    expect(withoutInsertions(copy)).toBe(text);
    expect(() => parseXml(copy)).not.toThrow();
  });

  it('opens a hashTree that is one tag, and adds one that is missing', () => {
    const bare = POST.replace('<hashTree></hashTree>', '');
    const oneTag = GET.replace('<hashTree></hashTree>', '<hashTree />');
    const copy = edited(jmx(threadGroup({ under: [oneTag, bare] })));
    const group = treeOf(copy);
    expect(group.map(({ name }) => name)).toEqual([
      'HTTPSamplerProxy',
      'hashTree',
      'HTTPSamplerProxy',
      'hashTree',
    ]);
    expect(group[1]?.children.map(({ name }) => name)).toEqual([
      'JSR223PreProcessor',
      'hashTree',
      'ResultCollector',
      'hashTree',
    ]);
    expect(group[3]?.children.map(({ name }) => name)).toEqual([
      'HeaderManager',
      'hashTree',
      'JSR223PreProcessor',
      'hashTree',
      'JSR223PostProcessor',
      'hashTree',
      'ResultCollector',
      'hashTree',
    ]);
  });

  it('puts the identity into the named header, or into none', () => {
    const text = jmx(threadGroup({ under: [POST] }));
    expect(edited(text)).toContain('<stringProp name="Header.name">qbl-id</stringProp>');
    const traced = edited(text, { identity: { kind: 'header', name: 'traceparent' } });
    expect(traced).toContain('>00-${qbl.hex}-0000000000000001-01<');
    expect(edited(text, { identity: { kind: 'none' } })).not.toContain('HeaderManager');
  });

  it('puts the identity only into the requests that --label names', () => {
    const copy = edited(jmx(threadGroup({ under: [POST, GET] })), { messages: ['Get'] });
    const [, post, , get] = treeOf(copy);
    expect(post?.children.map(({ name }) => name)).not.toContain('HeaderManager');
    expect(get?.children.map(({ name }) => name)).toContain('HeaderManager');
  });

  it('has the header of the identity before the headers of the file, because JMeter takes the first one', () => {
    const traced = sampler({ under: [headerManager({ 'QBL-ID': 'other' })] });
    const copy = edited(jmx(threadGroup({ under: [traced] })));
    const managers = treeOf(copy)[1]?.children.filter(({ name }) => name === 'HeaderManager');
    expect(managers?.map(({ attributes }) => attributes['testname'])).toEqual(['qbl identity', 'Headers']);
  });

  it('writes no URLs, because each of them can have a secret', () => {
    expect(edited(jmx(threadGroup()))).toContain('<url>false</url>');
  });

  it('writes the path of the samples so that JMeter evaluates nothing in it', () => {
    expect(edited(jmx(threadGroup()))).toContain(
      '<stringProp name="filename">/runs/ñ &amp; ${__char(36)}{x}/samples.jtl</stringProp>',
    );
  });
});

/** The elements in the first thread group. */
function treeOf(text: string) {
  const inPlan = parseXml(text).children[0]?.children[1];
  return inPlan?.children[1]?.children ?? [];
}
