import { onTestFinished } from 'vitest';
import type { VerifyRecord } from '../../src/runs/documents/verify-json.ts';
import { kill, qbl, type Running, spawnQbl } from '../support/qbl.ts';
import { runFile } from '../support/run-files.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { recordOf } from '../support/verification.ts';
import type { FaultCluster } from './fault-cluster.ts';
import type { ProxyName, ProxyUnderFault } from './proxies.ts';

/** Requests a second by 20 threads, until the run is told to end. */
const LOAD = [
  '--threads',
  '20',
  '--rate',
  '100',
  '--rate-tolerance',
  '100%',
  '--duration',
  '10m',
  '--timeout',
  '6s',
];
const DEADLINE_MS = 300_000;
const RUN = 'mine';

export interface Judgement {
  readonly code: number | null;
  readonly record: VerifyRecord;
}

export interface PacedRunResult {
  /** By the reader that was there all the time. */
  readonly seen: Judgement;
  /** By a reader that came afterwards. */
  readonly replayed: Judgement;
  readonly samplesFile: string;
}

/** A run that spans a fault: `blast` at its pace, and a tap that was there before the first send. */
export class PacedRun {
  readonly proxy: ProxyName;
  readonly #folder: string;
  readonly #tap: Running;
  readonly #blast: Running;

  private constructor(proxy: ProxyName, folder: string, tap: Running, blast: Running) {
    this.proxy = proxy;
    this.#folder = folder;
    this.#tap = tap;
    this.#blast = blast;
  }

  /** Resolves when the tap is there and the sender was started. Both read and note the way without weather. */
  static async begin(cluster: FaultCluster, { name, topic, url }: ProxyUnderFault): Promise<PacedRun> {
    const folder = await tempFolder();
    const queue = ['--run', RUN, '--queue', cluster.url(topic)];
    const tap = start(['verify', '--follow', ...queue, '--json'], folder);
    await tap.line(/following/);
    const blast = start(['blast', ...queue, '--url', url, ...LOAD], folder);
    return new PacedRun(name, folder, tap, blast);
  }

  /** Lets what is under way be answered, and judges what became of everything. */
  async end(): Promise<PacedRunResult> {
    this.#blast.signal('SIGINT');
    await this.#blast.ended;
    const tapped = await this.#tap.ended;
    const replayed = await qbl(['verify', RUN, '--json'], { folder: this.#folder, deadlineMs: DEADLINE_MS });
    return {
      seen: { code: tapped.code, record: recordOf(tapped) },
      replayed: { code: replayed.code, record: recordOf(replayed) },
      samplesFile: runFile(this.#folder, RUN, 'samples.jtl'),
    };
  }
}

function start(args: readonly string[], folder: string): Running {
  const running = spawnQbl(args, { folder, deadlineMs: DEADLINE_MS });
  onTestFinished(() => kill(running));
  return running;
}
