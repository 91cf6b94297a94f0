import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { becomeLoneService } from './lone-service.ts';

/** A program that listens on the socket named by its argument, and then kills itself. The file of the socket stays. */
const KILLED = "require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 9))";

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'qbl-lone-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

test.skipIf(process.platform === 'win32')(
  'at most one of several services that start at once follows a killed service',
  async () => {
    const folder = await newFolder();
    spawnSync(process.execPath, ['-e', KILLED, join(folder, 'service-0123abcd.sock')]);
    expect(await readdir(folder)).toEqual(['service-0123abcd.sock']);
    const starts = await Promise.allSettled(Array.from({ length: 8 }, () => becomeLoneService(folder)));
    const services = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
    expect(services.length).toBeLessThanOrEqual(1);
    for (const service of services) await service.end();
    const next = await becomeLoneService(folder);
    await expect(becomeLoneService(folder)).rejects.toThrow(
      'another service is already writing into the run',
    );
    expect(await readdir(folder)).toHaveLength(1);
    await next.end();
    expect(await readdir(folder)).toEqual([]);
  },
);

test('a regular file with the name of a socket stays, and prevents no service', async () => {
  const folder = await newFolder();
  const file = join(folder, 'service-0123abcd.sock');
  await writeFile(file, 'a file of the user');
  const service = await becomeLoneService(folder);
  await service.end();
  expect(await readFile(file, 'utf8')).toBe('a file of the user');
});
