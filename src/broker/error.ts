export type BrokerErrorCode =
  | 'port-in-use'
  | 'address-unusable'
  | 'data-locked'
  | 'data-unusable'
  | 'data-foreign'
  | 'data-damaged'
  | 'data-removed'
  | 'temporary-folder-unusable';

/** The reason why the broker cannot start. The message is one line for the user. `code` lets the caller add a hint. */
export class BrokerError extends Error {
  readonly code: BrokerErrorCode;

  constructor(code: BrokerErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'BrokerError';
    this.code = code;
  }
}

/** Whether an error comes from the operating system (ENOSPC, EIO, ECONNRESET and so on), not from a bug. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}

/**
 * Turns an error of the operating system into an error for the user that names the data folder. Returns any other error
 * unchanged.
 */
export function asBrokerError(error: unknown, directory: string): unknown {
  if (!isSystemError(error)) return error;
  return new BrokerError('data-unusable', `Cannot use ${directory} as data folder: ${error.message}`, error);
}

/**
 * The error for a log that changed while the broker ran. Another program wrote to the log, or the disk is
 * damaged.
 */
export class DamagedLogError extends Error {
  override readonly name = 'DamagedLogError';
}

/** Whether a read or write failed because of the disk. Clients then get KAFKA_STORAGE_ERROR. */
export function isStorageFailure(error: unknown): error is Error {
  return isSystemError(error) || error instanceof DamagedLogError;
}
