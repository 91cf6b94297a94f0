import { BrokerError, isStorageFailure } from './error.ts';
import type { GroupCoordinator } from './groups/coordinator.ts';
import { FOLDER_CHECK_INTERVAL_MS } from './limits.ts';
import type { Lock } from './storage/lock.ts';

export interface UpkeepOptions {
  readonly directory: string;
  readonly lock: Lock;
  readonly coordinator: GroupCoordinator;
  readonly noteLengths: () => Promise<void>;
  readonly offsetsRetentionMs: number;
  readonly offsetsCheckIntervalMs: number;
  readonly lengthsIntervalMs: number;
  readonly log: (line: string) => void;
}

export interface Upkeep {
  /** Resolves if the data folder is removed or replaced while the broker runs. */
  readonly lost: Promise<BrokerError>;
  stop(): Promise<void>;
}

/**
 * Starts the periodic tasks of the broker: remove expired offsets, check the data folder, and save the lengths of the
 * logs.
 */
export function startUpkeep(options: UpkeepOptions): Upkeep {
  let onLost = (_: BrokerError) => {};
  const lost = new Promise<BrokerError>((resolve) => {
    onLost = resolve;
  });
  const expiry = every(options.offsetsCheckIntervalMs, () => expireOffsets(options));
  const watch = every(FOLDER_CHECK_INTERVAL_MS, () => watchFolder(options, onLost));
  const notes = every(options.lengthsIntervalMs, () => noteLengths(options));
  const stop = async () => {
    await Promise.all([expiry.stop(), watch.stop(), notes.stop()]);
  };
  return { lost, stop };
}

async function expireOffsets({ coordinator, offsetsRetentionMs, log }: UpkeepOptions): Promise<void> {
  try {
    const count = await coordinator.expireOffsets(offsetsRetentionMs);
    const groups = count === 1 ? '1 group' : `${count} groups`;
    if (count > 0) log(`removed the committed offsets of ${groups}, unused for the retention time`);
  } catch (error) {
    if (!isStorageFailure(error)) throw error;
    log(`cannot remove expired offsets: ${error.message}`);
  }
}

async function noteLengths({ noteLengths, log }: UpkeepOptions): Promise<void> {
  try {
    await noteLengths();
  } catch (error) {
    if (!isStorageFailure(error)) throw error;
    log(`cannot save the lengths of the logs: ${error.message}`);
  }
}

async function watchFolder(
  { directory, lock, log }: UpkeepOptions,
  onLost: (error: BrokerError) => void,
): Promise<void> {
  try {
    if (await lock.isHeld()) return;
    onLost(
      new BrokerError(
        'data-removed',
        `The data folder ${directory} was removed or replaced while the broker was running.`,
      ),
    );
  } catch (error) {
    if (!isStorageFailure(error)) throw error;
    log(`cannot check the data folder ${directory}: ${error.message}`);
  }
}

/** Runs `action` periodically, one call at a time. Stopping waits for a call in progress. */
function every(intervalMs: number, action: () => Promise<void>): { stop(): Promise<void> } {
  let running: Promise<void> | undefined;
  const timer = setInterval(() => {
    running ??= action().finally(() => {
      running = undefined;
    });
  }, intervalMs).unref();
  const stop = async () => {
    clearInterval(timer);
    await running;
  };
  return { stop };
}
