import { onTestFinished } from 'vitest';
import type { VerifyRecord } from '../../src/runs/documents/verify-json.ts';
import { kill, qbl, type Running, spawnQbl } from '../support/qbl.ts';
import { runFile } from '../support/run-files.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { recordOf } from '../support/verification.ts';
import type { FaultCluster } from './fault-cluster.ts';
import type { ProxyName, ProxyUnderFault } from './proxies.ts';

/** The load: 20 threads at a fixed rate, until the run is stopped. */
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
  /** The verdict of the live reader. */
  readonly seen: Judgement;
  /** The verdict of a reader that started afterwards. */
  readonly replayed: Judgement;
  readonly samplesFile: string;
}

/** A run that spans a fault: `blast` at a fixed rate, and a tap that opened before the first send. */
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

  /**
   * Resolves when the tap is open and the sender has started. The tap and the sender use the direct addresses, which
   * have no faults.
   */
  static async begin(cluster: FaultCluster, { name, topic, url }: ProxyUnderFault): Promise<PacedRun> {
    const folder = await tempFolder();
    const queue = ['--run', RUN, '--queue', cluster.url(topic)];
    const tap = start(['verify', '--follow', ...queue, '--json'], folder);
    await tap.line(/following/);
    const blast = start(['blast', ...queue, '--url', url, ...LOAD], folder);
    return new PacedRun(name, folder, tap, blast);
  }

  /** Waits for the responses in flight and judges the outcome of all messages. */
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
