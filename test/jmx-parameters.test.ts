import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type HttpParameter, jmx, sampler, threadGroup } from '../src/plan/jmx/testing/jmx.ts';
import { qbl } from './support/qbl.ts';
import { startRecordingServer } from './support/recording-server.ts';
import { tempFolder } from './support/temp-folder.ts';

const FORM = 'application/x-www-form-urlencoded; charset=UTF-8';

test('blast sends the parameters of a .jmx in the query or as a form, and the identity of a form in a header', async () => {
  const folder = await tempFolder();
  const server = await startRecordingServer();
  const request = (name: string, method: string, parameters: readonly HttpParameter[], isRaw = false) => {
    const address = { 'HTTPSampler.domain': '127.0.0.1', 'HTTPSampler.port': server.port };
    const properties = { ...address, 'HTTPSampler.method': method, 'HTTPSampler.postBodyRaw': isRaw };
    return sampler({ name, parameters, properties });
  };
  const parameters = [
    { name: 'user', value: 'Ana & é ${__threadNum}', encode: true },
    { name: 'x', value: '%41' },
  ];
  const under = [
    request('Ask', 'GET', parameters),
    request('Send', 'POST', parameters),
    request('Remove', 'DELETE', []),
    request('Ask with an empty body', 'GET', [], true),
  ];
  await writeFile(join(folder, 'plan.jmx'), jmx(threadGroup({ under })));
  const ended = await qbl(['blast', '--plan', 'plan.jmx'], { folder });
  expect(ended.code, ended.stderr).toBe(0);
  const seen = server.taken().map(({ line, headers, body }) => ({
    line,
    type: headers['content-type'],
    length: headers['content-length'],
    hasIdentity: headers['qbl-id'] !== undefined,
    body: body.toString(),
  }));
  const body = 'user=Ana+%26+%C3%A9+1&x=A';
  const query = 'user=Ana+%26+%C3%A9+1&x=%41';
  expect(seen).toEqual([
    { line: `GET /send?${query}`, type: undefined, length: undefined, hasIdentity: false, body: '' },
    { line: 'POST /send', type: FORM, length: String(body.length), hasIdentity: true, body },
    { line: 'DELETE /send', type: FORM, length: '0', hasIdentity: false, body: '' },
    {
      line: 'GET /send',
      type: 'text/plain; charset=UTF-8',
      length: '0',
      hasIdentity: false,
      body: '',
    },
  ]);
});
