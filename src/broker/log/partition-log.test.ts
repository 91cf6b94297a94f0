import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { Allowance } from '../allowance.ts';
import { refuseDamage } from '../storage/damage.ts';
import type { LogFile } from '../storage/log-file.ts';
import { openLogFile } from '../storage/log-file.ts';
import { batchOf, payloadsOf } from '../testing/batches.ts';
import { cleanUp, onCleanUp, temporaryDirectory } from '../testing/test-broker.ts';
import { ERRORS } from '../wire/errors.ts';
import { openPartitionLog, type PartitionLog } from './partition-log.ts';

afterEach(cleanUp);

/** Settings of a simulated disk with errors. The bytes are stored in a real file. */
interface Disk {
  /**
   * Number of bytes that the disk can still store. A longer write stores only these bytes and then fails with ENOSPC.
   */
  roomBytes: number;
  maxWriteBytes: number;
  syncFails: boolean;
  truncateFails: boolean;
  syncGate: Promise<void> | undefined;
  writes: number;
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: simulated`), { code, syscall: 'write' });
}

function onDisk(file: LogFile, disk: Disk): LogFile {
  return {
    ...file,
    async writev(buffers, position) {
      disk.writes++;
      const whole = Buffer.concat(buffers);
      const fitting = whole.subarray(0, Math.min(disk.roomBytes, disk.maxWriteBytes));
      if (fitting.length === 0) throw systemError('ENOSPC');
      disk.roomBytes -= fitting.length;
      return file.writev([fitting], position);
    },
    async datasync() {
      await disk.syncGate;
      if (disk.syncFails) throw systemError('EIO');
    },
    async truncate(lengthBytes) {
      if (disk.truncateFails) throw systemError('EIO');
      await file.truncate(lengthBytes);
    },
  };
}

async function open() {
  const path = join(await temporaryDirectory(), '0.log');
  const disk: Disk = {
    roomBytes: Number.MAX_SAFE_INTEGER,
    maxWriteBytes: Number.MAX_SAFE_INTEGER,
    syncFails: false,
    truncateFails: false,
    syncGate: undefined,
    writes: 0,
  };
  const lines: string[] = [];
  const start = async () => {
    const file = onDisk(await openLogFile(path, 'create'), disk);
    const log = await openPartitionLog({
      file,
      path,
      fsync: 'always',
      label: 't-0',
      logStartOffset: 0,
      known: { kind: 'atLeast', bytes: 0, cacheKept: true },
      onDamage: refuseDamage,
      verifiedTailBytes: Number.POSITIVE_INFINITY,
      producers: new Allowance(100),
      log: (line) => lines.push(line),
    });
    onCleanUp(() => log.close().catch(() => undefined));
    return log;
  };
  const sizeBytes = async () => (await stat(path)).size;
  return { disk, lines, start, sizeBytes, log: await start() };
}

function named(payload: string, sequence?: number): Buffer {
  const producer = sequence === undefined ? {} : { producerId: 1, producerEpoch: 0, baseSequence: sequence };
  return batchOf({ payload: Buffer.from(payload), ...producer });
}

async function contentOf(log: PartitionLog): Promise<string[]> {
  return payloadsOf((await log.read(0, 2 ** 20)).records);
}

describe('a full disk', () => {
  test('a full disk causes an error instead of an ack; the partial write is removed, and appends work again when there is room', async () => {
    const { disk, lines, log, start, sizeBytes } = await open();
    await log.append(named('kept'));
    const keptBytes = await sizeBytes();
    disk.roomBytes = 30;
    expect(await log.append(named('lost'))).toEqual({
      kind: 'refused',
      errorCode: ERRORS.KAFKA_STORAGE_ERROR,
    });
    expect(await sizeBytes()).toBe(keptBytes);
    expect(await log.append(named('lost too'))).toMatchObject({ kind: 'refused' });
    expect(await contentOf(log)).toEqual(['kept']);
    disk.roomBytes = Number.MAX_SAFE_INTEGER;
    expect(await log.append(named('after'))).toMatchObject({ kind: 'appended', baseOffset: 1 });
    await log.close();
    expect(await contentOf(await start())).toEqual(['kept', 'after']);
    expect(lines).toEqual(['t-0: cannot append: ENOSPC: simulated', 't-0: can append again']);
  });

  test('a failed append does not use up the sequence number: the retry is stored as new', async () => {
    const { disk, log } = await open();
    await log.append(named('first', 0));
    disk.roomBytes = 0;
    await log.append(named('second', 1));
    disk.roomBytes = Number.MAX_SAFE_INTEGER;
    expect(await log.append(named('second', 1))).toMatchObject({ kind: 'appended', baseOffset: 1 });
    expect(await contentOf(log)).toEqual(['first', 'second']);
  });

  test('a full disk is also detected during the sync', async () => {
    const { disk, log, start } = await open();
    disk.syncFails = true;
    expect(await log.append(named('lost'))).toMatchObject({ errorCode: ERRORS.KAFKA_STORAGE_ERROR });
    disk.syncFails = false;
    await log.append(named('kept'));
    await log.close();
    expect(await contentOf(await start())).toEqual(['kept']);
  });

  test('nothing is appended after a partial write that could not be removed', async () => {
    const { disk, log, start } = await open();
    await log.append(named('kept'));
    Object.assign(disk, { roomBytes: 30, truncateFails: true });
    await log.append(named('partial write, longer than the next one'));
    disk.roomBytes = Number.MAX_SAFE_INTEGER;
    expect(await log.append(named('refused'))).toMatchObject({ errorCode: ERRORS.KAFKA_STORAGE_ERROR });
    disk.truncateFails = false;
    expect(await log.append(named('after'))).toMatchObject({ kind: 'appended', baseOffset: 1 });
    await log.close();
    expect(await contentOf(await start())).toEqual(['kept', 'after']);
  });
});

describe('committing appends', () => {
  test('a record can be read and is acknowledged only after the sync', async () => {
    const { disk, log } = await open();
    let openGate = () => {};
    disk.syncGate = new Promise((resolve) => {
      openGate = resolve;
    });
    let acked = false;
    const append = log.append(named('slow')).then(() => {
      acked = true;
    });
    while (disk.writes === 0) await new Promise((resolve) => setImmediate(resolve));
    expect([acked, log.highWatermark, await contentOf(log)]).toEqual([false, 0, []]);
    openGate();
    await append;
    expect([log.highWatermark, await contentOf(log)]).toEqual([1, ['slow']]);
  });

  test('appends in one turn of the event loop share one write', async () => {
    const { disk, log } = await open();
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) => log.append(named(`${index}`))),
    );
    expect(results.map((result) => (result.kind === 'appended' ? result.baseOffset : -1))).toEqual([
      ...Array(50).keys(),
    ]);
    expect(disk.writes).toBe(1);
  });

  test('a short write is completed', async () => {
    const { disk, log } = await open();
    disk.maxWriteBytes = 7;
    await Promise.all(['in', 'many', 'parts'].map((payload) => log.append(named(payload))));
    expect(await contentOf(log)).toEqual(['in', 'many', 'parts']);
  });

  test('closing finishes earlier appends and refuses later ones', async () => {
    const { log, start } = await open();
    const appended = log.append(named('last'));
    await log.close();
    expect(await appended).toMatchObject({ kind: 'appended' });
    expect(await log.append(named('too late'))).toMatchObject({ kind: 'refused' });
    expect(await contentOf(await start())).toEqual(['last']);
  });
});
