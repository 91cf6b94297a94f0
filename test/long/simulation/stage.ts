import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { writeTap } from '../../../src/runs/documents/tap-json.ts';
import { RECEIPTS_HEADER } from '../../../src/runs/rows/receipts-csv.ts';
import { type RunFolder, runFiles, runFolder } from '../../../src/runs/run-folder.ts';
import { JTL_HEADER } from '../../../src/samples/jtl/jtl-columns.ts';
import { jtlRow } from '../../../src/samples/jtl/jtl-writer.ts';
import { verifyByTap } from '../../../src/verify/follow.ts';
import type { VerifyOptions } from '../../../src/verify/options.ts';
import { verifyByReplay } from '../../../src/verify/replay.ts';
import type { VerifyResult } from '../../../src/verify/result.ts';
import { plan, sample } from '../../support/history.ts';
import { ANSWERS } from '../play.ts';
import { Facts } from './facts.ts';
import { SimulatedQueue } from './simulated-queue.ts';
import type { Event, RunStory, Scene, Service, Story, Verification } from './story.ts';
import { type Entry, SENT_FROM_MS, World } from './world.ts';

const never = new AbortController().signal;
const EXTRA_LOOP = 10;
/** An acknowledged message that the proxy enqueues later. */
const LATE: Scene = { answer: 'ok', copies: [] };

/** Plays a story (the whole history of a queue) with real run folders, and verifies like the command. */
export class Stage {
  readonly facts: Facts;
  readonly #story: Story;
  readonly #world: World;
  readonly #queue: SimulatedQueue;
  readonly #folders: readonly RunFolder[];
  #isLate = false;

  constructor(story: Story, directory: string) {
    this.#story = story;
    this.#world = new World(story);
    this.#queue = new SimulatedQueue(this.#world, story.kind);
    this.#folders = story.runs.map((_, i) => runFolder(directory, `run-${i}`));
    this.facts = new Facts(
      this.#world,
      story,
      this.#folders.map(({ id }) => id),
    );
    for (const { path } of this.#folders) mkdirSync(path, { recursive: true });
    for (const [i, run] of story.runs.entries()) {
      for (let loop = 1; loop <= run.usedBefore; loop++) this.#world.addOfOlderRun(`run-${i}`, loop);
    }
    this.#world.addOlder(story.older, Math.min(story.olderGone, story.older));
  }

  /** Whether a tap, a live reader, reads the queue from before the first run until after it. */
  get isLive(): boolean {
    const { kind, tap, runs } = this.#story;
    return kind === 'log' && tap === 'live' && runs[0]?.killedAfter === null;
  }

  /**
   * Records the start of the queue for each tap, then sends the messages of all runs. Used if no live reader reads
   * along.
   */
  async begin(): Promise<void> {
    if (this.#story.kind === 'log' && this.#story.tap !== 'none') {
      for (const folder of this.#folders) {
        this.facts.noteTap(folder.id);
        const { queueId } = this.#world;
        const tap = { queue: this.#queue.url, start: this.#world.ends(), queueId, lastingName: null };
        await writeTap(folder, tap);
      }
    }
    this.#send();
  }

  /**
   * Verifies as the command `qbl verify` does.
   * @param onSent called after the last send and before the first read
   */
  async verify(verification: Verification, live: boolean, onSent: () => void): Promise<VerifyResult> {
    const { breaksOff, knowsEnds, withholdsId, exactlyOnce, ordered, together, from } = verification;
    this.#queue.breakOff = breaksOff === null ? null : { share: breaksOff, knowsEnds };
    this.#world.withholdsId = withholdsId;
    const options: VerifyOptions = {
      ...this.#options,
      folders: this.#folders.slice(0, together && !live ? undefined : 1),
      consume: this.facts.consumes(verification),
      rules: { exactlyOnce, ordered },
      from: this.#story.kind === 'log' && from !== null && !live ? { kind: from } : null,
    };
    if (live) return this.#follow(options, breaksOff === null, onSent);
    this.#queue.beforeRereading = null;
    this.#queue.whileJudging = null;
    onSent();
    return verifyByReplay(options);
  }

  async happen(events: readonly Event[]): Promise<void> {
    for (const event of events) {
      if (event.kind === 'foreign' || this.#story.kind === 'log') this.#world.happen(event);
      else if (event.kind === 'taken by a killed one') await this.#takeAndBeKilled(event.messages);
    }
  }

  /** Removes messages like a verification that is then killed. The killed verification never continues. */
  async #takeAndBeKilled(messages: number): Promise<void> {
    const taken = await new Promise<readonly Entry[]>((resolve, reject) => {
      this.#queue.killed = { messages, onKilled: resolve };
      verifyByReplay({ ...this.#options, consume: true }).catch(reject);
    });
    this.#queue.killed = null;
    this.facts.noteTakenByKilled(taken);
  }

  get #options(): VerifyOptions {
    return {
      folders: this.#folders.slice(0, 1),
      samplesFile: null,
      labels: [],
      queue: this.#queue,
      consume: false,
      rules: { exactlyOnce: false, ordered: false },
      rejectedStatuses: new Set(),
      from: null,
      settleMs: 0,
      // A verification does not wait for killed services, because everything has already arrived.
      deadlineMs: 0,
      signal: never,
      onProgress: () => {},
      onUnnoted: (reason) => {
        throw new Error(reason);
      },
    };
  }

  close(): void {
    for (const { path } of this.#folders) rmSync(path, { recursive: true });
  }

  /**
   * Verifies with a live tap.
   * @param onSent called when all messages were sent, including one that arrives after the tap has read to the end
   */
  #follow(
    { folders: [folder], from: _, ...options }: VerifyOptions,
    readsToEnd: boolean,
    onSent: () => void,
  ): Promise<VerifyResult> {
    if (folder === undefined) throw new Error('no run to follow');
    this.facts.noteTap(folder.id);
    const onOpen = () => {
      const late = readsToEnd ? this.#story.late : null;
      this.#isLate = late !== null;
      this.#send();
      const sendLate = () => {
        if (late !== null)
          this.#world.sendLate('run-0', this.#story.runs[0]?.scenes.length ?? 0, late.partition);
        this.facts.hasLate = late !== null;
        onSent();
      };
      if (late === null) sendLate();
      if (late?.when === 'while judging') this.#queue.whileJudging = sendLate;
      this.#queue.beforeRereading = () => {
        if (late?.when === 'after the tap') sendLate();
        this.#world.removeEverywhere(this.#story.removedAfterTap);
      };
    };
    return verifyByTap({ ...options, folder, observed: null, stop: never, onOpen });
  }

  #send(): void {
    const { beforeSending, addsPartition, runs, kind } = this.#story;
    for (const event of beforeSending) {
      if (event.kind !== 'taken by a killed one' && (kind === 'log' || event.kind === 'foreign'))
        this.#world.happen(event);
    }
    if (addsPartition) this.#world.addPartition();
    this.facts.noteSending();
    const startedAtMs = this.#world.senderNowMs;
    const most = Math.max(...runs.map(({ scenes }) => scenes.length));
    const rows: string[][] = runs.map(() => []);
    for (let i = 0; i < most; i++) {
      for (const [number, run] of runs.entries()) this.#sendOne(run, number, i, rows[number] ?? []);
    }
    for (const [number, run] of runs.entries()) {
      if (run.extra)
        this.#world.send(`run-${number}`, EXTRA_LOOP, [{ partition: 0, damaged: false, stampedAgoMs: 0 }]);
    }
    for (const [number, run] of runs.entries()) this.#writeRun(run, number, startedAtMs, rows[number] ?? []);
    for (const [number, run] of runs.entries()) {
      if (run.service !== null) this.#serve(run.service, number);
    }
  }

  #sendOne(run: RunStory, number: number, i: number, rows: string[]): void {
    const scene = run.scenes[i];
    const sent = run.killedAfter ?? run.scenes.length;
    if (scene === undefined || i >= sent) return;
    const { answer, copies } = this.#isLate && number === 0 && i === run.scenes.length - 1 ? LATE : scene;
    this.#world.send(`run-${number}`, i + 1, copies);
    const hasRow = run.killedAfter === null || i < sent - run.rowsLost;
    if (!hasRow) return;
    this.facts.noteRow(`run-${number}`, i + 1, answer);
    const [responseCode, responseMessage] = ANSWERS[answer];
    const row = { ...sample(i + 1, responseCode), responseMessage, timeStampMs: this.#world.senderNowMs };
    rows.push(jtlRow(row));
  }

  #writeRun({ killedAfter }: RunStory, number: number, startedAtMs: number, rows: readonly string[]): void {
    const folder = this.#folders[number];
    if (folder === undefined) return;
    const atMs = this.#world.senderNowMs;
    const end = { at: new Date(atMs).toISOString(), atMs, reason: 'completed', samples: rows.length };
    writeFileSync(runFiles(folder).samples, `${JTL_HEADER}\n${rows.join('')}`);
    const record = {
      schema: 'qbl.run/2',
      id: folder.id,
      sender: 'blast',
      plan: plan(),
      queue: this.#queue.url,
      startedAt: new Date(startedAtMs).toISOString(),
      startedAtMs,
      end: killedAfter === null ? end : null,
      versions: { qbl: '0', node: '0' },
      host: { name: 'h', platform: 'p', cpus: 1 },
    };
    writeFileSync(runFiles(folder).run, JSON.stringify(record));
  }

  /** A service receives its run's messages, or all messages, and leaves some messages unprocessed. */
  #serve({ end, leaves, servesAll }: Service, number: number): void {
    const folder = this.#folders[number];
    if (folder === undefined) return;
    const mine = this.#world
      .visible()
      .map(({ entry }) => entry)
      .filter(({ own }) => own !== null && (servesAll || own.run === folder.id))
      .filter((entry) => !this.facts.isServed(entry))
      .filter((_, i) => !leaves.includes(i));
    this.facts.noteReceipts(folder.id, mine);
    writeFileSync(
      runFiles(folder).receipts,
      [RECEIPTS_HEADER, ...mine.map((entry) => receiptOf(entry, this.#world.senderNowMs))]
        .map((row) => `${row}\n`)
        .join(''),
    );
    const endsAtMs = end === 'too early' ? SENT_FROM_MS - 10_000_000 : this.#world.senderNowMs + 1_000;
    writeFileSync(runFiles(folder).service, JSON.stringify(serviceRecord(folder.id, end, endsAtMs)));
    if (this.#story.kind === 'once') this.#world.acknowledge(new Set(mine));
  }
}

function receiptOf({ own }: Entry, atMs: number): string {
  if (own === null) throw new Error('a receipt needs a message of a run');
  return `${own.run},1,1,${own.loop},1,,1,1,${atMs},${atMs},${atMs},processed,${own.damaged ? 'unproven' : 'intact'}`;
}

function serviceRecord(run: string, end: Service['end'], endsAtMs: number) {
  const counts = {
    processed: 0,
    attempts: 0,
    failed: 0,
    deadLettered: 0,
    redelivered: 0,
    others: 0,
    perSecond: 0,
  };
  const figures = {
    busiestSecond: 0,
    longestWaitMs: 0,
    longestUntilProcessedMs: 0,
    pace: null,
    waitSince: null,
    lastEndMs: 0,
    peakBacklog: 0,
    longestAgeMs: 0,
  };
  const options = {
    queue: 'kafka://localhost:9092/q',
    group: 'g',
    instances: 1,
    concurrency: 1,
    ratePerSecond: null,
    work: null,
  };
  const failing = { failShare: 0, maxAttempts: 1, deadLetter: null, outages: [] };
  return {
    schema: 'qbl.service/1',
    run,
    options: { ...options, ...failing, drain: end !== 'without drain' },
    startedAt: new Date(0).toISOString(),
    end: end === 'killed' ? null : { at: new Date(endsAtMs).toISOString(), ...counts, ...figures },
    earlier: [],
  };
}
