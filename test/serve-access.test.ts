import { generateKeyPairSync } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CERTIFICATE, KEY } from '../src/http/testing/certificate.ts';
import { qbl, startQbl } from './support/qbl.ts';
import { tempFolder } from './support/temp-folder.ts';
import { expectUsageError } from './support/usage-error.ts';

const TOKEN = 's3cret-of-the-test';
/** Arguments of a proxy whose queue does not exist. It answers Not Enqueued to each accepted message. */
const SERVE = ['serve', '--port', '0', '--queue', 'kafka://127.0.0.1:1/none'];
const BLAST = ['blast', '--threads', '1', '--loops', '1', '--json'];
const HEADERS = `Authorization: Bearer ${TOKEN}\n\nX-Customer: s3cret-customer\n`;
const DAMAGED = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
const LISTENING = /serving POST \/send on (\S+)/;

async function folderWithCertificate(): Promise<string> {
  const folder = await tempFolder();
  await writeFile(join(folder, 'cert.pem'), CERTIFICATE);
  await writeFile(join(folder, 'key.pem'), KEY);
  await writeFile(join(folder, 'empty'), '');
  await writeFile(join(folder, 'chain.pem'), `${CERTIFICATE}\n${DAMAGED}`);
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  await writeFile(join(folder, 'other-key.pem'), other.export({ type: 'pkcs8', format: 'pem' }));
  const otherKind = generateKeyPairSync('ed25519').privateKey;
  await writeFile(join(folder, 'ed25519-key.pem'), otherKind.export({ type: 'pkcs8', format: 'pem' }));
  await writeFile(join(folder, 'token'), `${TOKEN}\n`);
  await writeFile(join(folder, 'headers'), HEADERS);
  return folder;
}

async function filesWith(text: string, folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const texts = await Promise.all(files.map((file) => readFile(file, 'latin1')));
  return files.filter((_, index) => texts[index]?.includes(text));
}

test.each([
  [['--header', '@none'], {}, 'cannot read the headers of --header "none": ENOENT'],
  [['--header', '@bad'], {}, "line 2 of 'bad' is not a valid header"],
  [[], { QBL_HEADERS: 's3cret' }, 'QBL_HEADERS: line 1 is not a valid header'],
])('headers %j %j are refused, and their values are not printed', async (args, env, message) => {
  const folder = await tempFolder();
  await writeFile(join(folder, 'bad'), 'X-A: 1\ns3cret\n');
  const ended = await qbl([...BLAST, ...args], { folder, env: env as NodeJS.ProcessEnv });
  expect(expectUsageError(ended)).toContain(message);
  expect(ended.stderr).not.toContain('s3cret');
});

describe('serve', () => {
  test('accepts https only from senders that trust its certificate and send its token', async () => {
    const folder = await folderWithCertificate();
    const access = ['--tls-cert', 'cert.pem', '--tls-key', 'key.pem', '--token-file', 'token'];
    const serve = startQbl([...SERVE, ...access], { folder });
    const url = `${(await serve.line(LISTENING)).replace('127.0.0.1', 'localhost')}/send`;
    expect(url).toMatch(/^https:/);
    const codes = async (...more: string[]) => {
      const { stdout } = await qbl([...BLAST, '--ca', 'cert.pem', '--url', url, ...more], { folder });
      return JSON.parse(stdout).statistics.responses.map((response: object) =>
        Reflect.get(response, 'responseCode'),
      );
    };
    expect(await codes()).toEqual(['401']);
    expect(await codes('--header', `Authorization: Bearer ${TOKEN}`)).toEqual(['503']);
    expect(await codes('--header', '@headers')).toEqual(['503']);
    const env = { QBL_HEADERS: HEADERS };
    const { stdout: answer } = await qbl([...BLAST, '--ca', 'cert.pem', '--url', url], { folder, env });
    expect(JSON.parse(answer).statistics.responses[0].responseCode).toBe('503');
    expect(await filesWith(TOKEN, join(folder, 'runs'))).toEqual([]);
    expect(await filesWith('s3cret-customer', join(folder, 'runs'))).toEqual([]);
    serve.signal('SIGTERM');
    const { stdout, stderr } = await serve.ended;
    expect(stdout + stderr).not.toContain(TOKEN);
  });

  test('prints a warning if other machines can send to it without a token', async () => {
    const folder = await tempFolder();
    const open = startQbl([...SERVE, '--host', '0.0.0.0', '--workers', '2'], { folder });
    await open.line(LISTENING);
    open.signal('SIGTERM');
    const { stderr } = await open.ended;
    expect(stderr.match(/warning: with --host 0\.0\.0\.0, every machine/g)).toHaveLength(1);
    const env = { QBL_SERVE_TOKEN: TOKEN };
    const guarded = startQbl([...SERVE, '--host', '0.0.0.0'], { folder, env });
    await guarded.line(LISTENING);
    guarded.signal('SIGTERM');
    expect((await guarded.ended).stderr).not.toContain('warning');
  });

  test.each([
    [['--tls-cert', 'cert.pem'], '--tls-cert needs --tls-key'],
    [['--tls-key', 'key.pem'], '--tls-key needs --tls-cert'],
    [
      ['--tls-cert', 'no.pem', '--tls-key', 'key.pem'],
      'cannot read the certificate of --tls-cert "no.pem": ENOENT',
    ],
    [
      ['--tls-cert', 'key.pem', '--tls-key', 'key.pem'],
      "--tls-cert 'key.pem' contains no certificate in PEM format",
    ],
    [
      ['--tls-cert', 'empty', '--tls-key', 'key.pem'],
      "--tls-cert 'empty' contains no certificate in PEM format",
    ],
    [
      ['--tls-cert', 'cert.pem', '--tls-key', 'empty'],
      "--tls-key 'empty' contains no unencrypted key in PEM format",
    ],
    [
      ['--tls-cert', 'cert.pem', '--tls-key', 'other-key.pem'],
      "--tls-cert 'cert.pem' and --tls-key 'other-key.pem' do not belong together",
    ],
    [
      ['--tls-cert', 'cert.pem', '--tls-key', 'ed25519-key.pem'],
      "--tls-cert 'cert.pem' and --tls-key 'ed25519-key.pem' do not belong together",
    ],
    [['--token-file', 'key.pem'], 'the token of --token-file or QBL_SERVE_TOKEN is not a valid bearer token'],
  ])('refuses the options %j', async (args, message) => {
    const ended = await qbl([...SERVE, ...args], { folder: await folderWithCertificate() });
    expect(expectUsageError(ended)).toContain(message);
  });

  test('names the damaged certificate of a chain', async () => {
    const args = ['--tls-cert', 'chain.pem', '--tls-key', 'key.pem'];
    const ended = await qbl([...SERVE, ...args], { folder: await folderWithCertificate() });
    expect(expectUsageError(ended)).toMatch(
      /--tls-cert 'chain.pem': certificate 2 of 2 \(line \d+\) is damaged: /,
    );
    expect(ended.stderr).toContain('hint: Replace this certificate by an undamaged copy');
  });
});
