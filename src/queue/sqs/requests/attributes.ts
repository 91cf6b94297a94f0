/** What a queue says of itself, read out of GetQueueAttributes. */
export interface QueueAttributes extends ApproximateCounts {
  readonly maxMessageBytes: number;
  /** How long a message handed out stays hidden unless it is deleted. */
  readonly visibilitySeconds: number;
  readonly retentionMs: number;
  /** Messages that were handed out too often are moved to another queue. */
  readonly deadLetters: boolean;
}

/** How many messages the queue holds, approximately. */
export interface ApproximateCounts {
  readonly visible: number;
  /** Handed out, and neither deleted nor visible again. */
  readonly notVisible: number;
  readonly delayed: number;
}

/** How far AWS's counts may lag behind the last send (SQS API reference, GetQueueAttributes). */
export const AWS_COUNTS_LAG_MS = 60_000;

/** AWS's defaults (SetQueueAttributes); the size is that of older queues and stand-ins. */
const DEFAULT_MAX_MESSAGE_BYTES = 256 * 1024;
const DEFAULT_VISIBILITY_SECONDS = 30;
const DEFAULT_RETENTION_SECONDS = 4 * 24 * 3600;

/** @throws Error when a count is missing: without one nothing can be said of a queue's end */
export function parseAttributes(attributes: Readonly<Record<string, string>>): QueueAttributes {
  const number = (name: string, otherwise: number) => numberIn(attributes[name]) ?? otherwise;
  const count = (name: string) => {
    const value = numberIn(attributes[name]);
    if (value === null) throw new Error(`the queue does not tell ${name}`);
    return value;
  };
  return {
    maxMessageBytes: number('MaximumMessageSize', DEFAULT_MAX_MESSAGE_BYTES),
    visibilitySeconds: number('VisibilityTimeout', DEFAULT_VISIBILITY_SECONDS),
    retentionMs: number('MessageRetentionPeriod', DEFAULT_RETENTION_SECONDS) * 1_000,
    deadLetters: (attributes['RedrivePolicy'] ?? '') !== '',
    visible: count('ApproximateNumberOfMessages'),
    notVisible: count('ApproximateNumberOfMessagesNotVisible'),
    delayed: count('ApproximateNumberOfMessagesDelayed'),
  };
}

function numberIn(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
