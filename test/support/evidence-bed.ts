import { join } from 'node:path';
import { type Admin, type Kafka, Partitioners, type Producer } from 'kafkajs';
import { afterEach, beforeEach } from 'vitest';
import { type RunningBroker, startBroker } from '../../src/broker/broker.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { openQueue } from '../../src/queue/open.ts';
import type { Queue } from '../../src/queue/queue.ts';
import type { Delivery, StartingPoint } from '../../src/queue/reader.ts';
import { beginRun, endRun } from '../../src/runs/documents/run-json.ts';
import { writeTap } from '../../src/runs/documents/tap-json.ts';
import { makeRunFolder, type RunFolder, runFiles, runFolder } from '../../src/runs/run-folder.ts';
import { openJtl } from '../../src/samples/jtl/jtl-writer.ts';
import type { VerifyOptions } from '../../src/verify/options.ts';
import { verifyByReplay } from '../../src/verify/replay.ts';
import { LOOPS, message, plan, sample, setAhead } from './history.ts';
import { kafka } from './kafka.ts';
import { makeTempFolder, removeFolder } from './temp-folder.ts';
import { expectCountsAddUp } from './verification.ts';

const TOPIC = 'evidence';
export const never: AbortSignal = new AbortController().signal;

export interface Sending {
  readonly plan?: Plan;
  /** Loops whose message does not reach the queue. */
  readonly drops?: readonly number[];
  readonly ends?: boolean;
  /** Runs after the last message, before the sender records its end. The verdict waits for this end. */
  readonly beforeEnd?: () => Promise<void>;
  readonly value?: (run: string, loop: number, sentAtMs: number) => string;
  /** By how many milliseconds the sender's clock is ahead. */
  readonly aheadMs?: number;
  /** Send time of all messages according to the sender's clock. If absent, the present time. */
  readonly atMs?: number;
  /** Returns the status of the response to each loop. If absent, every status is 200. */
  readonly answer?: (loop: number) => string;
}

/** Before each test of the file, creates real files and a real broker with an empty topic of two partitions. */
export function evidenceBed(): EvidenceBed {
  const bed = new EvidenceBed();
  beforeEach(() => bed.open());
  afterEach(() => bed.close());
  return bed;
}

class EvidenceBed {
  #parts: Parts | null = null;
  readonly #texts = new Map<string, string>();

  async open(): Promise<void> {
    const directory = await makeTempFolder();
    const dataDirectory = join(directory, 'data');
    const broker = await startBroker({ port: 0, dataDirectory, partitions: 2, fsync: 'never' });
    const client = kafka(`127.0.0.1:${broker.port}`);
    const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    const queue = await openQueue(`kafka://127.0.0.1:${broker.port}/${TOPIC}`);
    await queue.prepare();
    this.#parts = { directory, broker, client, producer, queue };
  }

  async close(): Promise<void> {
    const { directory, broker, producer, queue } = this.#opened;
    await queue.close();
    await producer.disconnect();
    await broker.close();
    await removeFolder(directory);
  }

  get #opened(): Parts {
    if (this.#parts === null) throw new Error('no test is running');
    return this.#parts;
  }

  get directory(): string {
    return this.#opened.directory;
  }

  get queue(): Queue {
    return this.#opened.queue;
  }

  readonly folderOf = (run: string): RunFolder => runFolder(join(this.directory, 'runs'), run);

  /** Does what a sender and its proxy do: writes the samples of all loops, and produces their messages. */
  readonly send = async (run: string, sending: Sending = {}): Promise<RunFolder> => {
    const { plan: its = plan(), drops = [], ends = true, value = message, answer = () => '200' } = sending;
    const { aheadMs = 0, atMs } = sending;
    const folder = this.folderOf(run);
    await makeRunFolder(folder);
    const begun = { sender: 'blast', plan: its, queue: this.queue.url, qblVersion: '0' };
    const record = await beginRun(folder, begun);
    const jtl = await openJtl(runFiles(folder).samples);
    for (let loop = 1; loop <= LOOPS; loop++) {
      const timeStampMs = atMs ?? Date.now() + aheadMs;
      const text = value(run, loop, timeStampMs + 0.25);
      this.#texts.set(`${run}/${loop}`, text);
      if (!drops.includes(loop)) await this.produce(text, loop % 2);
      jtl.write({ ...sample(loop, answer(loop)), timeStampMs });
    }
    await jtl.close();
    await sending.beforeEnd?.();
    if (ends) await endRun(folder, record, 'completed', LOOPS);
    if (aheadMs !== 0) await setAhead(runFiles(folder).run, aheadMs);
    return folder;
  };

  /** The text of a message that was sent, even if the message did not reach the queue. */
  readonly sent = (run: string, loop: number): string => {
    const text = this.#texts.get(`${run}/${loop}`);
    if (text === undefined) throw new Error(`run ${run} did not send loop ${loop}`);
    return text;
  };

  readonly produce = async (value: string | Buffer, partition = 0, topic = TOPIC): Promise<void> => {
    await this.#opened.producer.send({ topic, messages: [{ value, partition }] });
  };

  /** Records that a tap (the live reader) saw both partitions end at this offset before the first send. */
  readonly tapAt = (folder: RunFolder, offset: number): Promise<void> =>
    writeTap(folder, {
      queue: this.queue.url,
      start: new Map([
        [0, offset],
        [1, offset],
      ]),
      queueId: null,
      lastingName: null,
    });

  /**
   * Runs `work` before the next reader is drained (read to the end of the queue) for the second time. The first drain
   * does not see the effect of `work`.
   */
  readonly beforeSecondDrain = (work: () => Promise<void>, queue = this.#opened.queue): void => {
    const openReader = queue.openReader.bind(queue);
    queue.openReader = async (options) => {
      queue.openReader = openReader;
      const reader = await openReader(options);
      const drain = reader.drain.bind(reader);
      reader.drain = async (...first) => {
        reader.drain = async (...second) => {
          reader.drain = drain;
          await work();
          return drain(...second);
        };
        return drain(...first);
      };
      return reader;
    };
  };

  /** Sends a message after the next reader has counted the messages in the queue, and waits until the reader has read it. */
  readonly afterCounting = (sendOne: () => Promise<void>): void => {
    const { queue } = this.#opened;
    const openReader = queue.openReader.bind(queue);
    let onDelivered = () => {};
    queue.openReader = async ({ onDeliveries, ...options }) => {
      queue.openReader = openReader;
      const reader = await openReader({
        ...options,
        onDeliveries: (deliveries) => {
          onDeliveries(deliveries);
          onDelivered();
        },
      });
      const removedSince = reader.removedSince.bind(reader);
      reader.removedSince = async (start) => {
        reader.removedSince = removedSince;
        const delivered = new Promise<void>((resolve) => {
          onDelivered = resolve;
        });
        await sendOne();
        await delivered;
        return removedSince(start);
      };
      return reader;
    };
  };

  /**
   * Makes the log look as if producers had set its timestamps, which the embedded broker does not support. A reading
   * from a time then begins after the given number of messages of partition 0.
   */
  readonly stampByProducers = (older: number): void => {
    const { queue } = this.#opened;
    const openReader = queue.openReader.bind(queue);
    queue.openReader = ({ from, onDeliveries, ...options }) =>
      openReader({
        ...options,
        from: from.kind === 'time' ? { kind: 'positions', positions: new Map([[0, older]]) } : from,
        onDeliveries: (deliveries) => onDeliveries(deliveries.map(asCreated)),
      });
  };

  /**
   * Counts how often each reader that opens from now on is drained (read to the end of the queue). A reader for which
   * `hasTime` returns false gets a deadline that has already passed.
   */
  readonly countDrains = (hasTime: (reader: number) => boolean = () => true): number[] => {
    const { queue } = this.#opened;
    const openReader = queue.openReader.bind(queue);
    const drains: number[] = [];
    queue.openReader = async (options) => {
      const reader = await openReader(options);
      const number = drains.push(0) - 1;
      const drain = reader.drain.bind(reader);
      reader.drain = (deadlineMs, signal) => {
        drains[number] = (drains[number] ?? 0) + 1;
        return drain(hasTime(number) ? deadlineMs : performance.now(), signal);
      };
      return reader;
    };
    return drains;
  };

  /**
   * Runs `work` before the next reading of the whole log. The readers of that reading report the given IDs of the
   * queue, because the embedded broker has none.
   * @param from where that reading begins; positions that `work` removes look as if they were removed during the
   * reading
   */
  readonly beforeRereading = (
    work: () => Promise<void>,
    ids: readonly (string | null)[] = [null],
    from: StartingPoint = { kind: 'beginning' },
  ): void => {
    const { queue } = this.#opened;
    const openReader = queue.openReader.bind(queue);
    let id = 0;
    queue.openReader = async (options) => {
      const isAgain = options.from.kind === 'beginning';
      if (isAgain) {
        await work();
        id++;
      }
      const reader = await openReader(isAgain ? { ...options, from } : options);
      const own = ids[Math.min(id, ids.length - 1)] ?? null;
      reader.queueId = async () => own;
      return reader;
    };
  };

  readonly options = (...runs: string[]): VerifyOptions => ({
    folders: runs.map(this.folderOf),
    samplesFile: null,
    labels: [],
    queue: this.queue,
    consume: false,
    rules: { exactlyOnce: false, ordered: false },
    rejectedStatuses: new Set(),
    from: null,
    settleMs: 0,
    deadlineMs: 10_000,
    signal: never,
    onProgress: () => {},
    onUnnoted: (reason) => {
      throw new Error(reason);
    },
  });

  readonly verdictOf = async (run: string, some: Partial<VerifyOptions> = {}) => {
    const { record } = await verifyByReplay({ ...this.options(run), ...some });
    expectCountsAddUp(record);
    return { ...record, kinds: record.reasons.map(({ kind }) => kind) };
  };

  /** Removes messages from a partition, as retention does. */
  readonly removeBefore = (offset: number, partition = 0): Promise<void> =>
    this.#administer(async (admin) => {
      // kafkajs deletes records only of topics whose metadata it has loaded before.
      await admin.fetchTopicOffsets(TOPIC);
      const partitions = [{ partition, offset: String(offset) }];
      await admin.deleteTopicRecords({ topic: TOPIC, partitions });
    });

  readonly makeAnew = (topic = TOPIC): Promise<void> =>
    this.#administer(async (admin) => {
      await admin.deleteTopics({ topics: [topic] });
      await admin.createTopics({ topics: [{ topic, numPartitions: 2 }] });
    });

  readonly addPartition = async (): Promise<void> => {
    await this.#administer(async (admin) => {
      await admin.createPartitions({ topicPartitions: [{ topic: TOPIC, count: 3 }] });
    });
    const { producer } = this.#opened;
    await producer.disconnect();
    await producer.connect();
  };

  async #administer(work: (admin: Admin) => Promise<void>): Promise<void> {
    const admin = this.#opened.client.admin();
    await admin.connect();
    try {
      await work(admin);
    } finally {
      await admin.disconnect();
    }
  }
}

function asCreated(delivery: Delivery): Delivery {
  const { timestamp } = delivery;
  return timestamp === null ? delivery : { ...delivery, timestamp: { ...timestamp, source: 'CreateTime' } };
}

interface Parts {
  readonly directory: string;
  readonly broker: RunningBroker;
  readonly client: Kafka;
  readonly producer: Producer;
  readonly queue: Queue;
}
