/** The attributes of a queue that qbl uses, from GetQueueAttributes. */
export interface QueueAttributes extends ApproximateCounts {
  readonly maxMessageBytes: number;
  /** How long a received message stays hidden if it is not deleted. */
  readonly visibilitySeconds: number;
  readonly retentionMs: number;
  /** Whether the queue moves a message to a dead-letter queue after too many deliveries. */
  readonly deadLetters: boolean;
  /** AWS's name of the queue. Null if an emulator does not report one. */
  readonly arn: string | null;
}

/** Approximate numbers of messages in the queue. */
export interface ApproximateCounts {
  readonly visible: number;
  /** Messages that were received, are not deleted, and are still hidden. */
  readonly notVisible: number;
  readonly delayed: number;
}

/** AWS's counts may take this long until they include the last message (SQS API reference, GetQueueAttributes). */
export const AWS_COUNTS_LAG_MS = 60_000;

/**
 * AWS's defaults for the attributes of a queue (SetQueueAttributes), for servers that do not report an attribute. Older
 * queues and emulators limit a message to 256 KiB.
 */
const DEFAULT_MAX_MESSAGE_BYTES = 256 * 1024;
const DEFAULT_VISIBILITY_SECONDS = 30;
const DEFAULT_RETENTION_SECONDS = 4 * 24 * 3600;

/**
 * Converts the attributes.
 * @throws Error if a count is missing, because qbl could not tell whether the queue is empty
 */
export function parseAttributes(attributes: Readonly<Record<string, string>>): QueueAttributes {
  const number = (name: string, otherwise: number) => numberIn(attributes[name]) ?? otherwise;
  const count = (name: string) => {
    const value = numberIn(attributes[name]);
    if (value === null) throw new Error(`the queue does not report ${name}`);
    return value;
  };
  return {
    maxMessageBytes: number('MaximumMessageSize', DEFAULT_MAX_MESSAGE_BYTES),
    visibilitySeconds: number('VisibilityTimeout', DEFAULT_VISIBILITY_SECONDS),
    retentionMs: number('MessageRetentionPeriod', DEFAULT_RETENTION_SECONDS) * 1_000,
    deadLetters: (attributes['RedrivePolicy'] ?? '') !== '',
    arn: attributes['QueueArn'] ?? null,
    visible: count('ApproximateNumberOfMessages'),
    notVisible: count('ApproximateNumberOfMessagesNotVisible'),
    delayed: count('ApproximateNumberOfMessagesDelayed'),
  };
}

function numberIn(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
