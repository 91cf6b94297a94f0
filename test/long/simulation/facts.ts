import type { Positions } from '../../../src/queue/reader.ts';
import type { Answer } from '../play.ts';
import type { RunStory, Story, Verification } from './story.ts';
import type { Entry, Own, World } from './world.ts';

/** What really happened to one run, and which facts were recorded. */
export interface RunFacts {
  readonly id: string;
  readonly story: RunStory;
  /** The rows of the run's samples, by loop. */
  readonly rows: Map<number, Answer>;
  /** The ends and the ID of the queue, as recorded for this run. */
  readonly noted: { readonly ends: Positions; readonly queueId: string | null }[];
  /** Whether the first end in `noted` was recorded by a tap, a reader that opened before the first send. */
  tapped: boolean;
  /** Whether a verification of this run removed some of its messages from the queue. */
  taken: boolean;
  /** Whether messages of this run were removed by something else, without a record for this run. */
  takenElsewhere: boolean;
}

/** The true history, from which the allowed verdicts are computed. */
export class Facts {
  readonly world: World;
  readonly story: Story;
  readonly runs: readonly RunFacts[];
  /** Receipts by the folder to which they were written. */
  readonly receipts = new Map<string, readonly Own[]>();
  /** The number of times that the queue had been created, noted whenever a tap opened or a run was sent. */
  readonly queuesOfRuns: number[] = [];
  /** Whether the last message of the first run arrived after a live tap had read to the end. */
  hasLate = false;
  readonly #served = new Set<Entry>();

  constructor(world: World, story: Story, ids: readonly string[]) {
    this.world = world;
    this.story = story;
    this.runs = story.runs.map((run, i) => ({
      id: ids[i] ?? '',
      story: run,
      rows: new Map(),
      noted: [],
      tapped: false,
      taken: false,
      takenElsewhere: false,
    }));
  }

  judged({ together }: Verification, live: boolean): readonly RunFacts[] {
    return this.runs.slice(0, together && !live ? undefined : 1);
  }

  /**
   * Whether a verification removes messages. If each run has a service, it uses receipts instead, unless it checks
   * the order or has --consume.
   */
  consumes(verification: Verification): boolean {
    const { consume, ordered } = verification;
    const served = this.judged(verification, false).every(({ story }) => story.service !== null);
    return this.story.kind === 'once' && (consume || ordered || !served);
  }

  noteTap(run: string): void {
    const facts = this.#of(run);
    facts.tapped = true;
    this.queuesOfRuns.push(this.world.incarnation);
    facts.noted.push({ ends: this.world.ends(), queueId: this.world.queueId });
  }

  noteSending(): void {
    this.queuesOfRuns.push(this.world.incarnation);
  }

  noteRow(run: string, loop: number, answer: Answer): void {
    this.#of(run).rows.set(loop, answer);
  }

  isServed(entry: Entry): boolean {
    return this.#served.has(entry);
  }

  noteReceipts(folder: string, entries: readonly Entry[]): void {
    const owns = entries.flatMap(({ own }) => own ?? []);
    this.receipts.set(folder, owns);
    for (const entry of entries) this.#served.add(entry);
    if (this.story.kind === 'log') return;
    for (const { run } of owns) if (run !== folder) this.#of(run).takenElsewhere = true;
  }

  noteTakenByKilled(entries: readonly Entry[]): void {
    const [first] = this.runs;
    if (first !== undefined) first.taken = true;
    for (const { own } of entries) {
      if (own !== null && own.run !== first?.id) this.#of(own.run).takenElsewhere = true;
    }
  }

  /** Records the effects of a verification. `before` is what could be read before the verification. */
  noteVerification(
    verification: Verification,
    live: boolean,
    before: readonly { readonly entry: Entry }[],
  ): void {
    const judged = this.judged(verification, live);
    if (this.story.kind === 'log') {
      if (verification.breaksOff !== null && !verification.knowsEnds) return;
      for (const run of judged) run.noted.push({ ends: this.world.ends(), queueId: this.world.queueId });
      return;
    }
    const left = new Set(this.world.visible().map(({ entry }) => entry));
    const taken = before.flatMap(({ entry }) => (left.has(entry) ? [] : (entry.own ?? [])));
    const ids = judged.map(({ id }) => id);
    for (const { run } of taken) {
      if (!ids.includes(run)) this.#of(run).takenElsewhere = true;
    }
    for (const facts of judged) facts.taken ||= taken.some(({ run }) => run === facts.id);
  }

  #of(run: string): RunFacts {
    const facts = this.runs.find(({ id }) => id === run);
    if (facts === undefined) throw new Error(`no run ${run}`);
    return facts;
  }
}
