import { type Command, Option } from 'commander';
import type { Trust } from '../../../blast/connection/trust.ts';
import { readBoundedFile } from '../../../bounded-file.ts';
import { checkCertificates } from '../../../pem.ts';
import { argument, flagArgument, type Given } from '../values/arguments.ts';

/** Options for the https certificates that `blast` accepts. */
export interface TlsOptions {
  readonly ca?: string;
  readonly insecure?: true;
}

/** Maximum size of the file. All CA certificates of a typical system need about a quarter of this size. */
const MAX_CA_BYTES = 1024 ** 2;

export const TLS_FLAGS = ['--ca', '--insecure'] as const;

export function addTlsOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--ca <file>', 'https: trust only the certificates in this file').conflicts('insecure'),
    )
    .addOption(new Option('--insecure', 'https: accept any certificate (always on for a .jmx plan)'));
}

export function formatTlsArguments({ ca, insecure }: Given<TlsOptions>): string[] {
  return [...argument('--ca', ca), ...flagArgument('--insecure', insecure)];
}

/**
 * Returns which certificates are accepted.
 * @param isJmx whether the plan is a .jmx file; JMeter accepts every certificate, so qbl does the same for a .jmx plan
 * @throws QblError 'usage' for a file without certificates, or with a damaged one
 */
export async function trustOf({ ca, insecure }: TlsOptions, isJmx: boolean): Promise<Trust> {
  if (ca !== undefined) return { kind: 'authorities', pem: await readCertificates(ca) };
  return { kind: insecure === true || isJmx ? 'anyone' : 'node' };
}

async function readCertificates(file: string): Promise<string> {
  const text = await readBoundedFile('the certificates of --ca', file, MAX_CA_BYTES);
  checkCertificates({ name: `--ca '${file}'`, text });
  return text;
}
