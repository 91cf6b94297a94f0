import { expect, test } from 'vitest';
import { headerManager, jmx, sampler, threadGroup, variables } from '../../src/plan/jmx/testing/jmx.ts';
import { startRecordingServer } from '../support/recording-server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { describeWith } from './describe-with.ts';
import { EXTRACTOR_CASES, type ExtractorCase, regexExtractor, respondToCases } from './extractor-cases.ts';
import { type ComparedRow, runSideBySide } from './side-by-side.ts';

/** Tests that JMeter and blast send the same values after they have read these values from the same responses. */

const DEADLINE_MS = 120_000;
const LOOPS = 4;
const THREADS = 2;
/** No server listens on this port. */
const CLOSED_PORT = 1;

function requestsOf(
  { path, extractors, shown, follows = false }: ExtractorCase,
  index: number,
  port: number,
) {
  const server = {
    'HTTPSampler.domain': '127.0.0.1',
    'HTTPSampler.port': path === '/refused' ? CLOSED_PORT : port,
    'HTTPSampler.follow_redirects': follows,
  };
  const name = `${index} ${shown[0]}`;
  const [first = ''] = shown;
  return [
    sampler({
      name,
      parameters: [],
      properties: { ...server, 'HTTPSampler.path': path, 'HTTPSampler.method': 'GET' },
      under: extractors,
    }),
    sampler({
      name: `Show ${name}`,
      body: shown.map((each) => `${each}=\${${each}}`).join('\n'),
      properties: {
        'HTTPSampler.domain': '127.0.0.1',
        'HTTPSampler.port': port,
        'HTTPSampler.path': `/show/${index}?thread=\${__threadNum}`,
      },
      under: index % 5 === 0 ? [headerManager({ 'X-Value': `\${${first}_matchNr}` })] : [],
    }),
  ];
}

/** Sorts by thread. Threads run at the same time, so only the order in each thread is the same in both programs. */
function byThread<T>(list: readonly T[], threadOf: (each: T) => string): readonly T[] {
  return list.toSorted((a, b) => threadOf(a).localeCompare(threadOf(b)));
}

/** JMeter also writes a row for each response before and after a redirect, such as `Send-0`. */
function rowsByThread(rows: readonly ComparedRow[]): readonly ComparedRow[] {
  const ofSamples = rows.filter(({ label }) => !/-\d$/.test(label));
  return byThread(ofSamples, ({ threadName }) => threadName);
}

describeWith(['java', 'mvn'], 'extractors', () => {
  test('JMeter and blast read the same values from responses', { timeout: DEADLINE_MS }, async () => {
    const server = await startRecordingServer(respondToCases);
    const ofGroup = regexExtractor({
      refname: 'ofGroup',
      regex: '(..)',
      template: '$1$',
      match_number: 1,
      default: 'g',
    });
    const requests = EXTRACTOR_CASES.map((each, index) => requestsOf(each, index, server.port));
    const half = Math.ceil(requests.length / 2);
    // A thread group may have 100 requests.
    const groups = [requests.slice(0, half), requests.slice(half)].map((each, index) =>
      threadGroup({
        name: `Users ${index}`,
        loops: LOOPS,
        properties: { 'ThreadGroup.num_threads': THREADS },
        under: [ofGroup, ...each.flat()],
      }),
    );
    const defined = variables({ kept: 'before', onBad_1: 'old', code_g2: 'old' });
    const plan = jmx(defined, ...groups);
    const { jmeter, blast } = await runSideBySide(await tempFolder(), plan, () =>
      byThread(
        server
          .taken()
          .filter(({ line }) => line.startsWith('POST'))
          .map(({ line, headers, body }) => [line, headers['x-value'], String(body)].join('\n')),
        (text) => /show\/\d+\?thread=\d/.exec(text)?.[0] ?? '',
      ),
    );
    expect(blast.seen, blast.output).toEqual(jmeter.seen);
    expect(blast.seen).toHaveLength(EXTRACTOR_CASES.length * LOOPS * THREADS);
    expect(rowsByThread(blast.rows)).toEqual(rowsByThread(jmeter.rows));
  });
});
