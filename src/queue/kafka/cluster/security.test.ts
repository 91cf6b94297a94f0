import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CERTIFICATE, KEY } from '../../../http/testing/certificate.ts';
import { readSecurity } from './security.ts';

/** A certificate with an RSA key of 512 bits, which OpenSSL does not accept. */
const WEAK_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBgTCCASugAwIBAgIUSEoq1ox1dVQKTIjjrjU6EiAcdz8wDQYJKoZIhvcNAQEL
BQAwFDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEzMDEyMjkyNFoYDzIxMjYx
MTA2MTIyOTI0WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwXDANBgkqhkiG9w0BAQEF
AANLADBIAkEAuF4PKiFXIUZcefLzkWoPFcqeFQokf9BFklDGSwCdElx9O9W0mM8N
nLEVOM5sewNgVKlk0QUHu7dzhGozEvo/4wIDAQABo1MwUTAdBgNVHQ4EFgQUozTF
twsAREJ+ot2sSF4rDErbGMEwHwYDVR0jBBgwFoAUozTFtwsAREJ+ot2sSF4rDErb
GMEwDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQsFAANBALEljmFC+XLcK3+8
Hmft29S3Kp280Zz9pS+2Pydtj874aLe5kD0/9dvx3/PQYeNH8xD6a9KgUu+ayLuC
MicqL80=
-----END CERTIFICATE-----`;
const WEAK_KEY = `-----BEGIN PRIVATE KEY-----
MIIBVAIBADANBgkqhkiG9w0BAQEFAASCAT4wggE6AgEAAkEAuF4PKiFXIUZcefLz
kWoPFcqeFQokf9BFklDGSwCdElx9O9W0mM8NnLEVOM5sewNgVKlk0QUHu7dzhGoz
Evo/4wIDAQABAkEAioj7AiBNVU6GnIfnZ6P3M9utT4fwhy4bqOcTKTaL0EfyvEsO
kaIHX5empQfqpMl6ae6pMC4JwemM9h07j8ul4QIhANtYRZ9kd3TFJHuTgO99mlTA
BkfVfKxIg8+dReCB0jhTAiEA1y1t6fBhDZYsPAG/9fnemQo8t8DHLm+86D/RHKM9
qDECIH1niV6o1Pco40PXwEasW/kKVEzrjLz/NIUVmObTsjnLAiBvKMjfUY7RtgKj
/UNtjuevp9o2EyDSnGa6lD0yziHMAQIgah9+hQVOY6LnRxv3VHjDd1bcmsaDV2ZG
B2gc+TjXN1I=
-----END PRIVATE KEY-----`;

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
    const ca = file(CERTIFICATE, 'ca.pem');
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
      ssl: { ca: [CERTIFICATE] },
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
    const [cert, key] = [file(CERTIFICATE, 'c.pem'), file(KEY, 'k.pem')];
    const settings = `ssl.certificate.location=${cert}\nssl.key.location=${key}\nssl.key.password=p`;
    expect(readSecurity(file(settings), {})).toEqual({
      ssl: { cert: CERTIFICATE, key: KEY, passphrase: 'p' },
      sasl: null,
    });
    expect(message(`ssl.certificate.location=${cert}`)).toMatch(/needs both/);
  });

  it.each([
    ['ssl.ca.location=EMPTY', /^ssl\.ca\.location '.*' contains no certificate/],
    [
      'ssl.certificate.location=EMPTY\nssl.key.location=KEY',
      /^ssl\.certificate.location '.*' contains no cert/,
    ],
    [
      'ssl.certificate.location=CERT\nssl.key.location=EMPTY',
      /^ssl\.key\.location '.*' contains no unencrypted key/,
    ],
    ['ssl.certificate.location=CERT\nssl.key.location=OTHER', /do not belong together$/],
    ['ssl.certificate.location=WEAK\nssl.key.location=WEAK_KEY', /^TLS does not accept .* key too small$/],
  ])('refuses certificates and keys that TLS would ignore or refuse: %j', (settings, expected) => {
    const other = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
    const texts = {
      EMPTY: '',
      CERT: CERTIFICATE,
      KEY,
      OTHER: String(other),
      WEAK_KEY,
      WEAK: WEAK_CERTIFICATE,
    };
    const named = Object.entries(texts).reduce(
      (text, [name, pem]) => text.replace(`=${name}`, `=${file(pem, `${name}.pem`)}`),
      settings,
    );
    expect(message(named)).toMatch(expected);
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
