export type BrokerErrorCode =
  | 'port-in-use'
  | 'address-unusable'
  | 'data-locked'
  | 'data-unusable'
  | 'data-foreign'
  | 'data-damaged'
  | 'data-removed';

/** Why the broker cannot start; the message is one line for the user, `code` lets the caller add a hint. */
export class BrokerError extends Error {
  readonly code: BrokerErrorCode;

  constructor(code: BrokerErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'BrokerError';
    this.code = code;
  }
}

/** Whether an error came from the operating system (ENOSPC, EIO, ECONNRESET and the like) and not from a bug. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}

/** What the operating system says of a data folder, as an error for the user. */
export function asBrokerError(error: unknown, directory: string): unknown {
  if (!isSystemError(error)) return error;
  return new BrokerError('data-unusable', `Cannot use ${directory} for data: ${error.message}`, error);
}

/** A log that was in order at start no longer is: somebody else wrote to it, or the disk is damaged. */
export class DamagedLogError extends Error {
  override readonly name = 'DamagedLogError';
}

/** Whether a read or write failed for the sake of the disk, which clients are told as KAFKA_STORAGE_ERROR. */
export function isStorageFailure(error: unknown): error is Error {
  return isSystemError(error) || error instanceof DamagedLogError;
}
