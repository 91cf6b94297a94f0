import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startBroker } from '../support/broker.ts';
import { qbl } from '../support/qbl.ts';
import { makeTempFolder, removeFolder, tempFolder } from '../support/temp-folder.ts';
import { recordOf } from '../support/verification.ts';
import { buildGoProxy, type Command, installPythonProxy, PYTHON, startProxy } from './proxies/proxies.ts';
import { storedCodecs } from './stored-codecs.ts';
import { missing } from './tools.ts';

/** Proxies in other languages write the same JSON differently, and compress messages with the configured codec. */

const CODECS = ['gzip', 'snappy', 'lz4', 'zstd'];
const SENT = 10 * 10;
const BODY =
  '{"usuario":${thread},"mensaje":"Año <nuevo> & 🌊 número ${loop}","precio":1.50,"etiquetas":["a","ñ"]}';
/** Time for fetching modules or packages over a slow line. */
const FETCH_DEADLINE_MS = 600_000;

const LANGUAGES = [
  { language: 'Go, with franz-go,', tool: ['go', 'version'], prepare: buildGoProxy },
  { language: 'Python, with librdkafka,', tool: [PYTHON, '--version'], prepare: installPythonProxy },
] as const;

describe.each(LANGUAGES)('a proxy in $language', ({ tool, prepare }) => {
  let folder: string;
  let without: string | null;
  let command: Command;

  beforeAll(async () => {
    folder = await makeTempFolder();
    without = await missing(tool);
    if (without === null) command = await prepare(folder);
  }, FETCH_DEADLINE_MS);

  afterAll(() => removeFolder(folder));

  test.for(CODECS)('passes with %s', async (codec, { skip }) => {
    if (without !== null) skip(without);
    await expectPass(command, codec);
  });
});

async function expectPass(command: Command, codec: string): Promise<void> {
  const folder = await tempFolder();
  const broker = await startBroker(folder);
  const proxy = await startProxy(command, { broker: broker.address, topic: 'numbers', codec });
  onTestFinished(proxy.stop);
  const parts = ['--queue', `kafka://${broker.address}/numbers`, '--url', proxy.url];
  const plan = ['--threads', '10', '--loops', '10', '--body', BODY];
  const ended = await qbl(['run', ...parts, ...plan, '--json'], { folder });
  expect(ended.code, ended.stderr).toBe(0);
  const whole = { verdict: 'pass', acked: SENT, received: SENT, enriched: SENT, corrupt: 0, foreign: 0 };
  expect(recordOf(ended)).toMatchObject(whole);
  const codecs = await storedCodecs(join(folder, 'data'));
  expect(Object.keys(codecs), 'the proxy compressed the messages').toEqual([codec]);
}
