import { printable } from '../printable.ts';
import type { Queue } from '../queue/queue.ts';
import { openReceipts } from '../runs/rows/receipts-csv.ts';
import { openTimeline } from '../runs/rows/timeline-csv.ts';
import { Metrics } from './metrics.ts';
import { DeadLetters } from './service/dead-letter.ts';
import { Service, type ServiceOptions, type ServiceResult } from './service/service.ts';
import { openServiceHttp } from './service-http.ts';

/** Maximum length of a log line, because a line can contain text from a broker. */
const MAX_LINE_LENGTH = 2000;

type Own = 'deadLetters' | 'receipts' | 'timeline' | 'onReady' | 'onWork';

export interface ConsumeOptions extends Omit<ServiceOptions, Own> {
  /** Queue for messages whose attempts all failed. Closed at the end. Null if no attempt is configured to fail. */
  readonly deadLetterQueue: Queue | null;
  /** File for the receipts. Null if no receipts are written. */
  readonly receiptsFile: string | null;
  readonly timelineFile: string | null;
  /** Port for health and metrics. Null if no such port is opened. */
  readonly port: number | null;
  /** Called when all instances take messages. `url` is the address of health and metrics. */
  readonly onReady: (url: string | null) => void;
}

/**
 * Runs a service with its files and its port until it is stopped.
 * @throws QblError 'environment' when the queue, the port or a file cannot be opened
 */
export async function consume(options: ConsumeOptions): Promise<ServiceResult> {
  const closing: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(opened: T): T => {
    closing.push(opened);
    return opened;
  };
  try {
    return await (await openService(options, keep)).run();
  } finally {
    for (const opened of closing.reverse()) await opened.close();
  }
}

type Keep = <T extends { close(): Promise<void> }>(opened: T) => T;

/** @param keep registers each opened part, so that the part is closed if a later part cannot be opened */
async function openService(options: ConsumeOptions, keep: Keep): Promise<Service> {
  const { queue, deadLetterQueue, receiptsFile, timelineFile, port, onRow } = options;
  const log = (line: string) => options.log(printable(line, MAX_LINE_LENGTH));
  await queue.prepare();
  let last: Parameters<typeof onRow>[0] | null = null;
  const metrics = new Metrics(() => ({
    counts: service.counts,
    backlog: last?.backlog ?? null,
    oldestAgeMs: last?.oldestAgeMs ?? null,
  }));
  const deadLetters = deadLetterQueue === null ? null : keep(await DeadLetters.open(deadLetterQueue, log));
  const http =
    port === null ? null : keep(await openServiceHttp({ port, metrics, notReady: () => service.notReady }));
  const service = new Service({
    ...options,
    log,
    deadLetters,
    receipts: receiptsFile === null ? null : keep(await openReceipts(receiptsFile)),
    timeline: timelineFile === null ? null : keep(await openTimeline(timelineFile)),
    onReady: () => options.onReady(http?.url ?? null),
    onRow: (row, counts) => {
      last = row;
      onRow(row, counts);
    },
    onWork: (...times) => metrics.observe(...times),
  });
  return service;
}
