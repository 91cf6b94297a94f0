import { QblError } from '../../../error.ts';
import { within } from '../../condition.ts';
import type { Doubt } from '../../doubt.ts';
import type {
  Drain,
  Positions,
  Reader,
  ReaderOptions,
  ReadingState,
  RunStart,
  StartingPoint,
} from '../../reader.ts';
import type { KafkaClient } from '../cluster/client.ts';
import type { KafkaCluster } from '../cluster/cluster.ts';
import { endOffsets, startOffsets } from '../cluster/offsets.ts';
import { partitionsOf } from '../cluster/partitions.ts';
import { whenSettled } from '../cluster/settling.ts';
import { readTopicSettings } from '../cluster/topic.ts';
import { describeKafkaError } from '../errors.ts';
import { environmentError } from '../hints.ts';
import { Fetcher } from './fetcher.ts';
import { ReadingProgress } from './reading-progress.ts';
import { type ReadLog, removedSince } from './removed-since.ts';
import { readTopicId } from './topic-id.ts';

const RETRY_MS = 200;

/**
 * Opens a reader. Its starting offsets are fixed before the promise resolves.
 * @throws QblError 'environment' if the topic cannot be reached
 */
export async function openKafkaReader(
  client: KafkaClient,
  topic: string,
  options: ReaderOptions,
): Promise<Reader> {
  const cluster = client.cluster();
  try {
    await cluster.connect();
    await whenSettled(
      () => cluster.addTargetTopic(topic),
      () => cluster.refreshMetadata(),
    );
    const start = await openingStarts(cluster, topic, options.from);
    const { compacted } = await readTopicSettings(client.admin(), topic);
    return new KafkaReader(client, cluster, topic, start, compacted, options);
  } catch (error) {
    client.close();
    if (error instanceof QblError) throw error;
    throw environmentError(`Cannot read the topic '${topic}'`, error, client.brokers);
  }
}

/**
 * Requests the starting offsets. Partitions whose leader is missing or does not answer get their starting
 * offsets later.
 */
async function openingStarts(cluster: KafkaCluster, topic: string, from: StartingPoint): Promise<Positions> {
  const all = () => startOffsets({ cluster, topic }, from);
  return whenSettled(all, () => cluster.refreshMetadata()).catch(async (error: unknown) => {
    const each = partitionsOf(cluster, topic, 'all').map((partition) =>
      startOffsets({ cluster, topic, partitions: [partition] }, from),
    );
    const starts = (await Promise.allSettled(each)).flatMap((asked) =>
      asked.status === 'fulfilled' ? [...asked.value] : [],
    );
    if (starts.length === 0) throw error;
    return new Map(starts);
  });
}

/**
 * Where to start a partition that had no leader at opening. Its end at that time is unknown, so it is read from the
 * beginning.
 */
function laterStart(from: StartingPoint): StartingPoint {
  return from.kind === 'end' ? { kind: 'beginning' } : from;
}

class KafkaReader implements Reader {
  readonly #cluster: KafkaCluster;
  readonly #topic: string;
  /** Whether the topic is compacted. Null if the broker does not report it. */
  readonly #compacted: boolean | null;
  readonly #progress: ReadingProgress;
  readonly #fetcher: Fetcher;
  /** The end offsets of the partitions in the latest answer. Null before the first answer. */
  #ends: Positions | null = null;

  constructor(
    client: KafkaClient,
    cluster: KafkaCluster,
    topic: string,
    start: Positions,
    compacted: boolean | null,
    { from, onDeliveries }: ReaderOptions,
  ) {
    this.#cluster = cluster;
    this.#topic = topic;
    this.#compacted = compacted;
    this.#progress = new ReadingProgress(start);
    const startsOf = (partitions: readonly number[]) =>
      startOffsets({ cluster, topic, partitions }, laterStart(from));
    const progress = this.#progress;
    this.#fetcher = new Fetcher({ client, cluster, topic, progress, startsOf, onDeliveries });
  }

  get start(): Positions {
    return this.#progress.starts;
  }

  async drain(deadlineMs: number, signal: AbortSignal): Promise<Drain> {
    const isOver = () => signal.aborted || performance.now() >= deadlineMs;
    this.#ends = null;
    const { positions } = this.#progress;
    const ends = await this.#readEnds(isOver, deadlineMs, signal);
    if (typeof ends === 'string') return { complete: false, reason: ends, ends: null };
    this.#progress.throwIfFailed();
    this.#noteLostEnds(ends, positions);
    this.#ends = ends;
    while (!this.#progress.reached(ends) && !isOver()) {
      const isMet = () => this.#progress.hasFailed || this.#progress.reached(ends);
      await this.#progress.changed.wait(deadlineMs - performance.now(), signal, isMet);
      this.#progress.throwIfFailed();
    }
    this.#progress.throwIfFailed();
    if (this.#progress.reached(ends)) return { complete: true, ends };
    return { complete: false, reason: this.#progress.doubt()?.text ?? this.#progress.shortfall(ends), ends };
  }

  queueId(): Promise<string | null> {
    return readTopicId(this.#topicOfCluster);
  }

  progress(): ReadingState {
    return this.#progress.state(this.#ends);
  }

  async removedSince(start: RunStart): Promise<Doubt | null> {
    const doubt = this.#progress.doubt();
    if (doubt !== null) return doubt;
    const refresh = () => this.#cluster.refreshMetadata();
    return whenSettled(() => removedSince(this.#log, start), refresh).catch((error) => ({
      kind: 'removal-unknown',
      text: `qbl cannot tell whether messages were removed: ${describeKafkaError(error)}`,
      prevents: 'absence',
    }));
  }

  get #log(): ReadLog {
    const compacted = this.#compacted;
    return { ...this.#topicOfCluster, compacted, offsetGaps: this.#progress.offsetGaps };
  }

  get #topicOfCluster() {
    return { cluster: this.#cluster, topic: this.#topic };
  }

  async close(): Promise<void> {
    await this.#fetcher.close();
    await this.#cluster.disconnect();
  }

  /** Requests the end offsets until a broker answers. Resolves with an error text if no broker answers in time. */
  async #readEnds(
    isOver: () => boolean,
    deadlineMs: number,
    signal: AbortSignal,
  ): Promise<Positions | string> {
    let failure: string | null = null;
    while (!isOver()) {
      const answer = await this.#askEnds(deadlineMs, signal);
      if (answer !== null && typeof answer !== 'string') return answer;
      if (signal.aborted) break;
      // The deadline can interrupt the last request. Then the failure of an earlier request says more, so it
      // is kept.
      failure = answer ?? failure ?? 'no answer';
      await this.#progress.changed.wait(Math.min(RETRY_MS, deadlineMs - performance.now()), signal);
    }
    if (signal.aborted) return 'reading was stopped before the end of the queue was known';
    if (failure === null) return 'there was no time to request the end of the queue';
    return `the end of the queue is not known: ${failure}`;
  }

  /**
   * Requests the end offsets. Loads the metadata first, so that new partitions have an end too. Resolves with an error
   * text if that fails, or with null if there is no answer in time.
   */
  #askEnds(deadlineMs: number, signal: AbortSignal): Promise<Positions | string | null> {
    const ask = async () => {
      await this.#cluster.refreshMetadata();
      return endOffsets(this.#topicOfCluster);
    };
    return within<Positions | string | null>(
      ask().catch(describeKafkaError),
      deadlineMs - performance.now(),
      null,
      signal,
    );
  }

  /**
   * Records a doubt if a partition is missing, or if its log ends before an offset that was already read. Such a log
   * was truncated or recreated, and its old content cannot be checked.
   * @param positions the read positions from before the request for the ends, because reading continues during the
   * request
   */
  #noteLostEnds(ends: Positions, positions: Positions): void {
    for (const [partition, position] of positions) {
      const end = ends.get(partition);
      if (end === undefined) {
        this.#progress.noteDoubt(
          partition,
          recreated(`partition ${partition} no longer exists: the topic was recreated`),
        );
      } else if (end < position) {
        const text = `partition ${partition} ends at offset ${end}, but was already read up to offset ${position}: it was truncated, or the topic was recreated`;
        this.#progress.noteDoubt(partition, recreated(text));
      }
    }
  }
}

function recreated(text: string): Doubt {
  return { kind: 'queue-recreated', text, prevents: 'always' };
}
