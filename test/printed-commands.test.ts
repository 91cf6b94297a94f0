import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { startBroker } from './support/broker.ts';
import { BIN, cleanEnvironment, type Ended, qbl, startQbl } from './support/qbl.ts';
import { tempFolder } from './support/temp-folder.ts';

/** Pastes a command that qbl printed into a shell. */
async function paste(command: string, folder: string): Promise<Ended> {
  const script = `qbl() { '${process.execPath}' '${BIN}' "$@"; }; ${command}`;
  const options = { cwd: folder, env: cleanEnvironment(), timeout: 60_000 };
  return promisify(execFile)('sh', ['-c', script], options).then(
    (output) => ({ code: 0, ...output }),
    (failed) => failed,
  );
}

/** The first command after this text in the output. */
function printed(text: string, { stdout, stderr }: Omit<Ended, 'code'>): string {
  const [, rest = ''] = `${stdout}\n${stderr}`.split(text);
  return rest.split('\n')[0] ?? '';
}

describe.skipIf(process.platform === 'win32')('a command that qbl prints works as it is', () => {
  test('for a run outside of runs/ that verify follows', async () => {
    const folder = await tempFolder();
    const { address } = await startBroker(folder);
    const queue = `kafka://${address}/orders`;
    const args = [
      'verify',
      '--follow',
      '--runs',
      "Ana's runs",
      '--run',
      'mine',
      '--queue',
      queue,
      '--settle',
      '0s',
    ];
    const verify = startQbl(args, { folder });
    const send = await verify.line(/send with: (.*)/);
    const sent = await paste(`${send} --threads 1 --loops 1 --url http://127.0.0.1:1/`, folder);
    expect(sent.stdout, sent.stderr).toContain("Run: Ana's runs/mine");
    expect((await verify.ended).code, 'nothing was acked').toBe(3);
    const record = await readFile(join(folder, "Ana's runs", 'mine', 'run.json'), 'utf8');
    expect(JSON.parse(record)).toMatchObject({ queue });

    const again = printed('To verify this run: ', await qbl(args, { folder }));
    const verified = await paste(`${again} --settle 0s`, folder);
    expect(verified.stdout, verified.stderr).toContain('UNKNOWN  run mine');
  });

  test('for a plan whose path has a blank', async () => {
    const folder = await tempFolder();
    const send = printed('send it with: ', await qbl(['init', 'my plan.yaml'], { folder }));
    const { code, stderr } = await paste(`${send} --threads 1 --loops 1`, folder);
    expect(code, stderr).toBe(0);
  });

  test.each(['.', './-runs'])('for a run in the folder %s', async (runs) => {
    const folder = await tempFolder();
    const args = ['blast', '--runs', runs, '--run', 'mine', '--threads', '1', '--loops', '1'];
    const sent = await qbl([...args, '--url', 'http://127.0.0.1:1/'], { folder });
    const { code, stderr } = await paste(`qbl report ${printed('Run: ', sent)}`, folder);
    expect(code, stderr).toBe(0);
  });
});
