import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import type { Trust } from '../blast/trust.ts';
import { QblError } from '../error.ts';

/** Which certificates of an https endpoint are accepted, for the commands that send by `blast`. */
export interface TlsOptions {
  readonly ca?: string;
  readonly insecure?: true;
}

export const TLS_FLAGS = ['--ca', '--insecure'] as const;

export function addTlsOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--ca <file>', 'https: trust the certificates in this PEM file, and no others').conflicts(
        'insecure',
      ),
    )
    .addOption(
      new Option('--insecure', 'https: accept any certificate, as JMeter and a .jmx plan always do'),
    );
}

/**
 * @param isJmx JMeter accepts every certificate, so its plans do
 * @throws QblError 'usage' for a file without certificates
 */
export async function trustOf({ ca, insecure }: TlsOptions, isJmx: boolean): Promise<Trust> {
  if (ca !== undefined) return { kind: 'authorities', pem: await readCertificates(ca) };
  return { kind: insecure === true || isJmx ? 'anyone' : 'system' };
}

/** The same options as arguments of another command. */
export function tlsArguments({ ca, insecure }: TlsOptions): string[] {
  return [...(ca === undefined ? [] : [`--ca=${ca}`]), ...(insecure === true ? ['--insecure'] : [])];
}

async function readCertificates(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new QblError('usage', `--ca: cannot read '${file}': ${cause.message}`, { cause });
  });
  try {
    new X509Certificate(text);
    return text;
  } catch (cause) {
    throw new QblError('usage', `--ca: '${file}' holds no certificate in PEM form`, {
      hint: 'Expected a file with -----BEGIN CERTIFICATE----- in it.',
      cause,
    });
  }
}
