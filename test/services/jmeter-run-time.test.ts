import { expect, test } from 'vitest';
import { headerManager, jmx, sampler, threadGroup, variables } from '../../src/plan/jmx/testing/jmx.ts';
import { startRecordingServer } from '../support/recording-server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { describeWith } from './describe-with.ts';
import { runSideBySide } from './side-by-side.ts';

/** Tests that JMeter and blast send the same texts if the texts need variables of the thread. */

const DEADLINE_MS = 120_000;

describeWith(['java', 'mvn'], 'texts with variables of a thread', () => {
  test('JMeter and blast send them alike, or write the same failed sample', {
    timeout: DEADLINE_MS,
  }, async () => {
    const server = await startRecordingServer();
    const send = (name: string, path: string, body: string, header: string) =>
      sampler({
        name,
        body,
        properties: {
          'HTTPSampler.domain': '127.0.0.1',
          'HTTPSampler.port': server.port,
          'HTTPSampler.path': path,
          'HTTPSampler.method': 'POST',
        },
        under: [headerManager({ 'X-Text': header })],
      });
    const under = [
      send(
        'Function',
        '/${__V(word)}/x',
        '{"a": "${__V(word)}", "b": ${__V(number)}}',
        '${__V(nothing,dflt)}',
      ),
      send('Undefined', '/b', '{"a": "${nothing}"} \\${word}', 'x ${nothing} y'),
      send('Space', '/c ${__V(spaces)}?q=${__V(spaces)}', '${__V(quote)}', '${__V(no,thing)}'),
      send('Start', '${__V(path)}', 'x', 'x'),
      send('Slash', '/${__V(path)}', 'x', 'x'),
      send('Nested', '/d', '${__V(wo${__V(rd)})} ${__V(a_${__threadNum})}', '${__V(in${nothing})}'),
      send('Undefined path', '/e/${nothing}/f', 'x', 'x'),
      send('Undefined query', '/e?f=${nothing}', 'x', 'x'),
      send('Percent', '/e/${__V(percent)}/f', 'x', 'x'),
      send('Text of a variable', '/g', '${udv} ${late}', '${udv}'),
      send('Name ${__V(word)} of ${__threadNum}', '/h', 'x', 'x'),
      send('Name ${nothing}', '/h/${nothing}', 'x', 'x'),
      send('Control characters', '/i', 'a&#x0;b&#x001F;c&#07;d\u0001e&#9;f', 'x'),
    ];
    const defined = variables({
      word: 'w-${__P(none,1)}',
      number: '07',
      spaces: 'a b',
      quote: '"é\\ü',
      path: '/p/q',
      rd: 'rd',
      a_1: 'one',
      percent: '100%',
      udv: '${late} ${nothing} ${__V(word)}',
      late: 'late',
    });
    const outer = headerManager({ 'X-Outer': '${__V(word)}', 'X-Text': 'outer', 'X-Last': '1' });
    const plan = jmx(defined, threadGroup({ loops: 2, under: [outer, ...under] }));
    const { jmeter, blast } = await runSideBySide(await tempFolder(), plan, () =>
      server.taken().map(({ line, headers, body }) => {
        const own = Object.entries(headers).filter(([name]) => name.startsWith('x-'));
        return [line, own, body.toString('latin1')];
      }),
    );
    expect(blast.rows, blast.output).toEqual(jmeter.rows);
    expect(blast.seen).toEqual(jmeter.seen);
    expect(blast.seen).toHaveLength(18);
  });

  test('JMeter and blast make the same URL of a server and a path, or write the same failed sample', {
    timeout: DEADLINE_MS,
  }, async () => {
    const server = await startRecordingServer();
    const send = (name: string, domain: string, port: string, path: string, query = '') =>
      sampler({
        name,
        parameters: query === '' ? [] : [{ name: 'q', value: query }],
        properties: {
          'HTTPSampler.domain': domain,
          'HTTPSampler.port': port,
          'HTTPSampler.path': path,
          'HTTPSampler.method': 'GET',
        },
      });
    const port = String(server.port);
    const under = [
      send('Full', '', '', '${__V(base)}/a b', '1'),
      send('Full without path', '${nothing}', '', '${__V(base)}'),
      send('Full with a constant', '', '', 'http://${__V(host)}:${__V(port)}/c'),
      send('Server', '${__V(host)}', '${__V(port)}', '/d', 'e'),
      send('Query in the path', '127.0.0.1', port, '/f${__V(query)}', '2'),
      send('No query in the path', '127.0.0.1', port, '/f${__V(word)}', '${__V(word)}'),
      send('Path with a scheme', '127.0.0.1', port, '${__V(word)}'),
      send('Undefined server', '${nothing}', port, '/g'),
      send('Empty server', '', port, '/h', '3'),
      send('Empty server and port', '', '', '/h'),
      send('Server with scheme', 'http://127.0.0.1', port, '/i'),
      send('Server with path', '${__V(host)}/x', port, '/i'),
      send('Server with a space', '127.0.0.1 ', port, '/i'),
    ];
    const base = `http://127.0.0.1:${port}`;
    const defined = variables({ base, port, host: '127.0.0.1', query: '?a=b c', word: 'w&amp;1' });
    const plan = jmx(defined, threadGroup({ loops: 2, under }));
    const { jmeter, blast } = await runSideBySide(await tempFolder(), plan, () =>
      server.taken().map(({ line, headers }) => [line, headers.host]),
    );
    expect(blast.rows, blast.output).toEqual(jmeter.rows);
    expect(blast.seen).toEqual(jmeter.seen);
    expect(blast.seen).toHaveLength(14);
  });
});
