import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CERTIFICATE, KEY } from '../src/http/testing/certificate.ts';
import { BIN, qbl } from './support/qbl.ts';
import { tempFolder } from './support/temp-folder.ts';
import { expectUsageError } from './support/usage-error.ts';

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

describe('--rate', () => {
  /** Each thread gets one response per 100 ms. */
  const slow = () => listen(createHttpServer((_, response) => setTimeout(() => response.end('ok'), 100)));
  const LOAD = ['--threads', '1', '--rate', '100', '--duration', '2s', '--run', 'missed'];

  test('gives exit code 3 and a report if it is not reached', async () => {
    const folder = await tempFolder();
    const url = `http://127.0.0.1:${await slow()}/send`;
    const { code, stdout, stderr } = await qbl(['blast', ...LOAD, '--url', url], { folder });
    expect(code).toBe(3);
    expect(stdout).toMatch(/Rate\nrequested 100\/s {3}achieved .*\/s {3}due 200 {3}sent in time \d+/);
    expect(stderr).toMatch(
      /error: \d+ of 200 requests were sent in time \(\S+\), so the rate of 100\/s was not reached/,
    );
    expect(stderr).toContain('hint: Each thread waits for its response: add --threads');
    const { rate } = JSON.parse(await readFile(join(folder, 'runs/missed/summary.json'), 'utf8'));
    expect(rate).toMatchObject({ requestedPerSecond: 100, due: 200, tolerance: 0.01, kept: false });
    expect(rate.sent).toBeLessThan(100);
    await qbl(['report', 'missed', '--junit', 'missed.xml', '--summary', 'missed.md'], { folder });
    for (const file of ['missed.xml', 'missed.md', 'runs/missed/report.html'])
      expect(await readFile(join(folder, file), 'utf8'), file).toContain('the rate of 100/s was not reached');
  });

  test('may fall short by what --rate-tolerance allows', async () => {
    const folder = await tempFolder();
    const url = `http://127.0.0.1:${await slow()}/send`;
    const args = ['blast', ...LOAD, '--url', url, '--rate-tolerance', '100%', '--json'];
    const { code, stdout } = await qbl(args, { folder });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).rate).toMatchObject({ due: 200, tolerance: 1, kept: true });
  });
});

describe('a certificate of a https server', () => {
  const LOAD = ['blast', '--threads', '1', '--loops', '2'];
  const start = async (options: ServerOptions = {}) => {
    const own = { key: KEY, cert: CERTIFICATE, ...options };
    const server = createHttpsServer(own, (_, response) => response.end('ok'));
    return `https://localhost:${await listen(server)}/send`;
  };

  test('makes blast reject each message if its authority is unknown, and print what to do', async () => {
    const ended = await qbl([...LOAD, '--url', await start(), '--json'], { folder: await tempFolder() });
    expect(ended.code).toBe(1);
    expect(JSON.parse(ended.stdout).statistics).toMatchObject({ rejected: 2, indeterminate: 0 });
    expect(ended.stderr).toContain('hint: the certificate is not trusted: name its CA with --ca');
  });

  test('for another host is not reported as a certificate without a trusted authority', async () => {
    const [folder, url] = [await tempFolder(), await start()];
    await writeFile(join(folder, 'ca.pem'), CERTIFICATE);
    const address = url.replace('localhost', '127.0.0.1');
    const { stderr } = await qbl([...LOAD, '--url', address, '--ca', 'ca.pem'], { folder });
    expect(stderr).toContain('hint: the certificate is for another host: use a name of the certificate');
  });

  test.each([
    ['TLSv1.2', { rejected: 2, indeterminate: 0 }],
    ['TLSv1.3', { rejected: 0, indeterminate: 2 }],
  ] as const)(
    'of the client can be required with %s, and a hint says that qbl has none',
    async (version, outcomes) => {
      const url = await start({
        requestCert: true,
        ca: CERTIFICATE,
        minVersion: version,
        maxVersion: version,
      });
      const args = [...LOAD, '--url', url, '--insecure', '--json'];
      const { stdout, stderr } = await qbl(args, { folder: await tempFolder() });
      expect(JSON.parse(stdout).statistics).toMatchObject(outcomes);
      expect(stderr).toContain('hint: the server refused the TLS connection: qbl has no client certificate');
    },
  );

  test('is accepted with --ca and with --insecure', async () => {
    const [folder, url] = [await tempFolder(), await start()];
    await writeFile(join(folder, 'ca.pem'), CERTIFICATE);
    for (const trust of [['--ca', 'ca.pem'], ['--insecure']]) {
      expect((await qbl([...LOAD, '--url', url, ...trust], { folder })).code).toBe(0);
    }
  });

  test('is accepted if its authority is in the file that NODE_EXTRA_CA_CERTS names', async () => {
    const [folder, url] = [await tempFolder(), await start()];
    await writeFile(join(folder, 'ca.pem'), CERTIFICATE);
    const env = { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
    expect((await qbl([...LOAD, '--url', url], { folder, env })).code).toBe(0);
  });

  test.each([
    ['without --ca', []],
    ['with --ca', ['--ca', 'other.pem']],
  ])('is not accepted because a variable of Node allows any certificate, %s', async (_, trust) => {
    const [folder, url] = [await tempFolder(), await start()];
    await writeFile(join(folder, 'other.pem'), rootCertificates[0] ?? '');
    const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    const { stdout, stderr } = await qbl([...LOAD, '--url', url, ...trust, '--json'], { folder, env });
    expect(JSON.parse(stdout).statistics).toMatchObject({ acked: 0, rejected: 2 });
    expect(stderr).not.toContain('NODE_TLS_REJECT_UNAUTHORIZED');
  });

  test('is accepted without a warning if a .jmx is sent, as JMeter does', async () => {
    const [folder, url] = [await tempFolder(), await start()];
    await qbl(['jmeter', '--url', url, '--render', 'plan.jmx', '--threads', '1', '--loops', '2'], { folder });
    const { code, stderr } = await qbl(['blast', '--plan', 'plan.jmx'], { folder });
    expect([code, stderr.includes('certificate')]).toEqual([0, false]);
    const jmx = await readFile(join(folder, 'plan.jmx'), 'utf8');
    expect((await qbl(['blast', '--plan', '-'], { folder, input: jmx })).code).toBe(0);
    await writeFile(join(folder, 'other.pem'), rootCertificates[0] ?? '');
    const strict = await qbl(['blast', '--plan', 'plan.jmx', '--ca', 'other.pem'], { folder });
    expect(strict.code).toBe(1);
  });

  test.each([
    ['nowhere.pem', 'cannot read the certificates of --ca "nowhere.pem": ENOENT'],
    ['text.pem', "--ca 'text.pem' contains no certificate in PEM format"],
  ])('refuses --ca %s', async (file, message) => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'text.pem'), 'no certificate');
    const ended = await qbl([...LOAD, '--ca', file], { folder });
    expect(expectUsageError(ended)).toContain(message);
  });

  test.each([
    ['a missing line', (pem: string) => pem.split('\n').toSpliced(3, 1).join('\n')],
    ['no end', (pem: string) => pem.replace(/-----END.*/, '')],
    ['other characters', (pem: string) => pem.replace(/\n./, '\n*')],
    ['no content', (pem: string) => pem.replace(/-\n[^-]*\n-/, '-\n-')],
    ['a byte order mark', (pem: string) => `\uFEFF${pem}`],
    ['a quotation mark before each line', (pem: string) => pem.replace(/^/gm, '> ')],
    ['spaces before its lines', (pem: string) => pem.replace(/^/gm, '  ')],
  ])('refuses a --ca file in which one of several certificates has %s', async (_, damage) => {
    const folder = await tempFolder();
    const [first = '', second = '', third = ''] = rootCertificates;
    const text = ['# Our authorities', first, damage(second), third, ''].join('\n');
    await writeFile(join(folder, 'bundle.pem'), text);
    const line = first.split('\n').length + 2;
    const ended = await qbl([...LOAD, '--ca', 'bundle.pem'], { folder });
    expect(expectUsageError(ended)).toContain(
      `--ca 'bundle.pem': certificate 2 of 3 (line ${line}) is damaged: `,
    );
    expect(ended.stderr).toContain('No other characters may stand before -----BEGIN');
  });

  test.each([
    ['comments and other blocks', [KEY, 'Subject: our authority', CERTIFICATE, rootCertificates[0]]],
    ['a byte order mark', [`\uFEFF${CERTIFICATE}`]],
  ])('accepts a --ca file with Windows line ends and %s', async (_, parts) => {
    const [folder, url] = [await tempFolder(), await start()];
    await writeFile(join(folder, 'ca.pem'), parts.join('\n').replaceAll('\n', '\r\n'));
    expect((await qbl([...LOAD, '--url', url, '--ca', 'ca.pem'], { folder })).code).toBe(0);
  });
});

const ONE_FREE_FILE = fileURLToPath(new URL('./support/one-free-file.cjs', import.meta.url));

describe('too few open files', () => {
  const withLimit = (files: number, args: string, nodeOptions = '') =>
    promisify(execFile)('sh', [
      '-c',
      `ulimit -n ${files}; exec "${process.execPath}" ${nodeOptions} "${BIN}" ${args}`,
    ]).then(
      () => ({ code: 0, stderr: '' }),
      ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
    );

  test('are reported in one line with a hint if the program itself needs more', async () => {
    const { code, stderr } = await withLimit(200, 'blast --help', `--require "${ONE_FREE_FILE}"`);
    expect(code).toBe(4);
    expect(stderr).toBe("error: too many open files\nhint: Raise the limit with 'ulimit -n 4096'.\n");
  });

  test('leave no run to verify if the threads of a plan need more', async () => {
    const folder = await tempFolder();
    const runs = join(folder, 'runs');
    const args = `blast --threads 400 --url http://127.0.0.1:1 --runs "${runs}"`;
    const { code, stderr } = await withLimit(200, args);
    expect([code, stderr]).toEqual([
      4,
      expect.stringContaining('this plan needs 464 open files, but the limit is 200'),
    ]);
    expect(await readdir(folder)).toEqual([]);
  });
});
