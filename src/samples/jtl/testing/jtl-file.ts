import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { Sample } from '../../sample.ts';
import { type ReadJtlOptions, readJtl, type SampleRow } from '../jtl-reader.ts';

export const HEADER =
  'timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,' +
  'sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,Connect,"loop"';

export function sample(changes: Partial<Sample> = {}): Sample {
  return {
    timeStampMs: 1_700_000_000_000,
    elapsedMs: 12,
    label: 'POST /send',
    responseCode: '200',
    responseMessage: 'OK',
    threadName: 'users 1-7',
    success: true,
    failureMessage: '',
    bytes: 180,
    sentBytes: 350,
    grpThreads: 10,
    allThreads: 20,
    url: 'http://localhost:3000/send',
    latencyMs: 11,
    idleTimeMs: 0,
    connectMs: 1,
    loop: 3,
    ...changes,
  };
}

/** A file in a folder of its own. Each test gets an empty folder. */
export interface JtlFile {
  readonly folder: string;
  readonly path: string;
  read(options?: ReadJtlOptions): Promise<SampleRow[]>;
  /** Writes the text to the file, and reads its rows. */
  rowsOf(text: string | Uint8Array, options?: ReadJtlOptions): Promise<SampleRow[]>;
}

/** Creates a folder before each test of the calling file, and removes the folder after the test. */
export function jtlFile(): JtlFile {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qbl-jtl-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const path = () => join(folder, 'samples.jtl');

  async function read(options?: ReadJtlOptions): Promise<SampleRow[]> {
    const rows: SampleRow[] = [];
    for await (const chunk of readJtl(path(), options)) rows.push(...chunk);
    return rows;
  }

  async function rowsOf(text: string | Uint8Array, options?: ReadJtlOptions): Promise<SampleRow[]> {
    await writeFile(path(), text);
    return read(options);
  }

  return {
    get folder() {
      return folder;
    },
    get path() {
      return path();
    },
    read,
    rowsOf,
  };
}
