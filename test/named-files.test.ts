import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { qbl } from './support/qbl.ts';
import { tempFolder } from './support/temp-folder.ts';
import { expectUsageError } from './support/usage-error.ts';

const isWindows = process.platform === 'win32';
const QUEUE = ['--queue', 'kafka://localhost:1/t'];

/** Every option that takes the name of a file to read. */
const OPTIONS: readonly (readonly [string, (file: string) => string[]])[] = [
  ['--plan', (file) => ['blast', '--plan', file]],
  ['--header', (file) => ['blast', '--header', `@${file}`]],
  ['--ca', (file) => ['blast', '--ca', file]],
  ['--tls-cert', (file) => ['serve', ...QUEUE, '--tls-cert', file, '--tls-key', file]],
  ['--token-file', (file) => ['serve', ...QUEUE, '--token-file', file]],
  ['--queue-config', (file) => ['serve', ...QUEUE, '--queue-config', file]],
  ['--jtl', (file) => ['verify', ...QUEUE, '--run', 'mine', '--jtl', file]],
];

describe.each(OPTIONS)('%s', (_, command) => {
  const refusal = async (file: string) => {
    const folder = await tempFolder();
    await mkdir(join(folder, 'folder'));
    await writeFile(join(folder, 'huge'), Buffer.alloc(5 * 1024 ** 2, ' '));
    return expectUsageError(await qbl(command(file), { folder }));
  };

  test('prints the name of a missing file', async () => {
    expect(await refusal('none')).toMatch(/^error: cannot read .*\bnone\b.*ENOENT/);
  });

  test.skipIf(isWindows)('refuses a folder', async () => {
    expect(await refusal('folder')).toMatch(
      /^error: cannot read .*\bfolder\b.*: expected a file or a pipe$/m,
    );
  });

  test.skipIf(isWindows)('refuses a device, which has no end', async () => {
    expect(await refusal('/dev/zero')).toMatch(
      /^error: cannot read .*\/dev\/zero.*: expected a file or a pipe$/m,
    );
  });

  test('refuses a file that is far too large', async () => {
    expect(await refusal('huge')).toMatch(
      /^error: (cannot read .*\bhuge\b.*: it has more than|huge:1: the row is longer than)/,
    );
  });
});
