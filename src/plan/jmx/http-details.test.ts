import { describe, expect, it } from 'vitest';
import { headersOf } from '../template/headers.ts';
import { groupOf, requestOf } from './testing/imported.ts';
import { headerManager, jmx, sampler, threadGroup } from './testing/jmx.ts';

const sent = (properties: Record<string, string | number | boolean>, body = '{}', under: string[] = []) =>
  requestOf(jmx(threadGroup({ under: [sampler({ body, properties, under })] })));

describe('a thread group', () => {
  it.each([
    ['', 0],
    ['two', 0],
    [' 2', 0],
    ['2.5', 0],
    ['-1', 0],
    ['+2', 2],
    ['99999999999', 0],
  ])('has the number of threads that JMeter reads in "%s"', (text, threads) => {
    expect(groupOf(jmx(threadGroup({ properties: { 'ThreadGroup.num_threads': text } })))).toMatchObject({
      threads,
    });
  });

  it.each([
    ['', 0],
    ['many', 0],
    ['0', 0],
    ['-2', null],
  ])('has the number of loops that JMeter reads in "%s"', (text, loops) => {
    expect(groupOf(jmx(threadGroup({ loops: text })))).toMatchObject({ loops });
  });

  it('starts all threads at once if the ramp-up is not a whole number', () => {
    expect(groupOf(jmx(threadGroup({ properties: { 'ThreadGroup.ramp_time': '1.5' } })))).toMatchObject({
      rampUpMs: 0,
    });
  });
});

describe('an HTTP request', () => {
  it.each([
    ['false', { keepAlive: false }],
    ['', { keepAlive: false }],
    ['${__P(keep,False)}', { keepAlive: false }],
  ])('closes its connection if keep-alive is "%s"', (value, expected) => {
    expect(sent({ 'HTTPSampler.use_keepalive': value })).toMatchObject(expected);
    expect(sent({ 'HTTPSampler.use_keepalive': 'true' })).not.toHaveProperty('keepAlive');
  });

  it.each([
    ['a b?c=d e', 'http://localhost:3000/a%20b?c=d%20e'],
    [' /send', 'http://localhost:3000/%20/send'],
    ['/a//b/../c', 'http://localhost:3000/a//b/../c'],
    ["/a?b='c'", "http://localhost:3000/a?b='c'"],
    ['', 'http://localhost:3000/'],
    ['HTTP://other/a', 'http://localhost:3000/HTTP://other/a'],
  ])('has the URL that JMeter makes of the path "%s"', (path, url) => {
    expect(sent({ 'HTTPSampler.path': path }).url).toBe(url);
  });

  it.each([
    ['none', 'http://localhost/send'],
    ['0', 'http://localhost/send'],
    ['80', 'http://localhost/send'],
    [' 81 ', 'http://localhost:81/send'],
  ])('has the port that JMeter reads in "%s"', (port, url) => {
    expect(sent({ 'HTTPSampler.port': port }).url).toBe(url);
  });

  it.each([
    ['soon', 0],
    ['-1', 0],
    ['7', 7],
  ])('has the time-out that JMeter reads in "%s"', (text, timeoutMs) => {
    expect(sent({ 'HTTPSampler.response_timeout': text }).timeoutMs).toBe(timeoutMs);
  });

  it.each([['a text', {}, '{}', 'text/plain; charset=UTF-8']])(
    'has the type that JMeter gives to %s',
    (_, properties, body, bodyType) => {
      expect(sent(properties, body)).toMatchObject({ body, bodyType });
    },
  );

  it.each(['text/csv', ''])('has only the type of a header: "%s"', (type) => {
    const request = sent({}, '{}', [headerManager({ 'content-type': type })]);
    expect(headersOf(request)).toEqual([['content-type', type]]);
  });

  it('has no parameters in the query if its path is a full URL, so they need not be valid', () => {
    const path = 'http://other/a';
    const properties = {
      'HTTPSampler.path': path,
      'HTTPSampler.method': 'GET',
      'HTTPSampler.contentEncoding': 'latin1',
    };
    const request = sampler({ parameters: [{ name: 'a', value: '|' }], properties });
    expect(requestOf(jmx(threadGroup({ under: [request] }))).url).toBe(path);
  });

  it.each(['HEAD', 'OPTIONS'])('has no body with %s', (method) => {
    expect(sent({ 'HTTPSampler.method': method })).toMatchObject({ body: null, headers: {} });
    expect(sent({ 'HTTPSampler.method': method })).not.toHaveProperty('bodyType');
  });

  it('sends a header Connection, but no Content-Length', () => {
    const headers = headerManager({ Connection: 'close', 'Content-Length': '7' });
    expect(sent({}, '{}', [headers]).headers).toMatchObject({ Connection: 'close' });
    expect(sent({}, '{}', [headers]).headers).not.toHaveProperty('Content-Length');
  });
});
