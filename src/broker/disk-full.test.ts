import { spawnSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { batchOf, payloadsOf } from './testing/batches.ts';
import {
  cleanUp,
  fetchFrom,
  onCleanUp,
  produceTo,
  TestBroker,
  temporaryDirectory,
  touchTopic,
} from './testing/test-broker.ts';
import { offsetCommit, offsetFetch } from './wire/apis/groups.ts';
import { ERRORS } from './wire/errors.ts';

afterEach(cleanUp);

/** Mounts a disk of 1 MiB and returns its path. Returns undefined if this user or system cannot mount disks. */
async function smallDisk(): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  const directory = await temporaryDirectory();
  const [mount, umount] = ['mount', 'umount'];
  if (spawnSync(mount, ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory]).status !== 0) return undefined;
  onCleanUp(() => spawnSync(umount, [directory]));
  return directory;
}

test('on a full disk, the broker acknowledges no message or offset that is not stored, and continues when there is room', async (context) => {
  const disk = await smallDisk();
  if (!disk) return context.skip('a small disk cannot be mounted here');
  const ballast = join(disk, 'ballast');
  await writeFile(ballast, Buffer.alloc(300_000));
  const broker = await TestBroker.start({ dataDirectory: join(disk, 'data'), partitions: 1 });
  const client = await broker.client();
  await touchTopic(client, 't');
  const acked: string[] = [];
  const produce = async (name: string) => {
    const payload = name.padEnd(10_000, '.');
    const { errorCode } = await produceTo(client, 't', batchOf({ payload: Buffer.from(payload) }));
    if (errorCode === ERRORS.NONE) acked.push(payload);
    return errorCode;
  };
  const commit = async (committedOffset: number) => {
    const partitions = [{ partitionIndex: 0, committedOffset, committedMetadata: 'm'.repeat(4_000) }];
    const request = { groupId: 'g', generationId: -1, memberId: '', topics: [{ name: 't', partitions }] };
    return (await client.request(offsetCommit, 7, request)).topics[0]?.partitions[0]?.errorCode;
  };
  const codes: number[] = [];
  for (let index = 0; index < 120; index++) codes.push(await produce(`${index}`));
  expect(new Set(codes)).toEqual(new Set([ERRORS.NONE, ERRORS.KAFKA_STORAGE_ERROR]));
  let offset = 1;
  while ((await commit(offset)) === ERRORS.NONE) offset++;
  expect(await touchTopic(client, 'another')).toBe(ERRORS.KAFKA_STORAGE_ERROR);
  await rm(ballast);
  expect(await produce('after')).toBe(ERRORS.NONE);
  expect(await commit(offset + 1)).toBe(ERRORS.NONE);
  expect(await touchTopic(client, 'another')).toBe(ERRORS.NONE);
  await broker.restart();
  const later = await broker.client();
  const { records } = await fetchFrom(later, 't', { maxBytes: 2 ** 21 });
  expect(payloadsOf(records)).toEqual(acked);
  const { topics } = await later.request(offsetFetch, 5, { groupId: 'g', topics: null });
  expect(topics[0]?.partitions[0]?.committedOffset).toBe(offset + 1);
});
