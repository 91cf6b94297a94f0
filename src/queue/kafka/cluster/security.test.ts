import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSecurity } from './security.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'qbl-security-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function file(text: string, name = 'client.properties'): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

const message = (settings: string, env: NodeJS.ProcessEnv = {}) => {
  try {
    readSecurity(file(settings), env);
    return 'no error';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('security settings of a cluster', () => {
  it('without settings, the protocol is plaintext', () => {
    expect(readSecurity(null, {})).toEqual({ ssl: null, sasl: null });
  });

  it('settings are read from a file with comments and spaces', () => {
    const ca = file('CA', 'ca.pem');
    const settings = [
      '# ours',
      'security.protocol = SASL_SSL',
      'sasl.mechanism=SCRAM-SHA-512',
      '',
      'sasl.username=alice',
      'sasl.password=a=b#c ',
      `ssl.ca.location=${ca}`,
    ];
    expect(readSecurity(file(settings.join('\r\n')), {})).toEqual({
      ssl: { ca: ['CA'] },
      sasl: { mechanism: 'scram-sha-512', username: 'alice', password: 'a=b#c' },
    });
  });

  it('the environment overrides the settings in the file', () => {
    const path = file('sasl.username=alice\nsasl.password=old');
    const env = { QBL_KAFKA_SASL_PASSWORD: 'new', QBL_KAFKA_SECURITY_PROTOCOL: 'sasl_plaintext' };
    expect(readSecurity(path, env)).toEqual({
      ssl: null,
      sasl: { mechanism: 'plain', username: 'alice', password: 'new' },
    });
  });

  it('rejects a user without a password, also from the environment', () => {
    const env = { QBL_KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512', QBL_KAFKA_SASL_PASSWORD: 'secret' };
    expect(message('', env)).toMatch(/needs sasl\.username$/);
  });

  it('never sends credentials without TLS unless the user asks for it', () => {
    expect(readSecurity(file('sasl.username=a\nsasl.password=b'), {}).ssl).toEqual({});
  });

  it('accepts a client certificate with its key', () => {
    const [cert, key] = [file('C', 'c.pem'), file('K', 'k.pem')];
    const settings = `ssl.certificate.location=${cert}\nssl.key.location=${key}\nssl.key.password=p`;
    expect(readSecurity(file(settings), {})).toEqual({
      ssl: { cert: 'C', key: 'K', passphrase: 'p' },
      sasl: null,
    });
    expect(message(`ssl.certificate.location=${cert}`)).toMatch(/needs both/);
  });

  it.each([
    ['security.protocol=tls', /one of plaintext, ssl/],
    ['sasl.username=a\nsasl.password=secret\nsasl.mechanism=GSSAPI', /one of PLAIN, SCRAM-SHA-256/],
    ['sasl.username=a', /needs sasl\.password$/],
    ['sasl.password=secret', /needs sasl\.username$/],
    ['sasl.mechanism=SCRAM-SHA-512\nsasl.password=secret', /needs sasl\.username$/],
    ['sasl.mechanism=PLAIN', /needs sasl\.username and sasl\.password$/],
    ['sasl.pasword=secret', /:1 sets sasl.pasword: expected one of/],
    ['secret', /:1 is not a setting/],
    ['ssl.ca.location=/nowhere/ca.pem', /cannot read .*"\/nowhere\/ca.pem"/],
  ])('reports the mistake in %j without a secret', (settings, expected) => {
    expect(message(settings)).toMatch(expected);
    expect(message(settings)).not.toMatch(/secret/);
  });
});
