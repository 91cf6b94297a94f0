import { openData } from './data.ts';
import { asBrokerError } from './error.ts';
import { printableLine } from './printable.ts';
import { mendDamage } from './storage/damage.ts';
import { findDataFolder } from './storage/data-folder.ts';
import { lockDirectory } from './storage/lock.ts';

export interface RepairOptions {
  readonly dataDirectory: string;
  /** Called for each damage. The line says where the damage was, and what was done. */
  readonly report: (line: string) => void;
}

/**
 * Repairs a damaged data folder: keeps intact data and moves the rest to separate files. Resolves with the number of
 * repaired damages. Throws BrokerError if a broker is using the folder, or if it is not a data folder.
 */
export async function repairData({ dataDirectory, report }: RepairOptions): Promise<number> {
  let count = 0;
  const mended = (line: string) => {
    count++;
    report(printableLine(line));
  };
  try {
    const directory = await findDataFolder(dataDirectory);
    const lock = await lockDirectory(directory);
    try {
      const onDamage = mendDamage(mended);
      const log = (line: string) => report(printableLine(line));
      const data = await openData({
        directory,
        isOwn: () => lock.isHeld(),
        defaultPartitions: 1,
        fsync: 'always',
        onDamage,
        verifiedTailBytes: Number.POSITIVE_INFINITY,
        log,
      });
      await data.close();
      return count;
    } finally {
      await lock.release();
    }
  } catch (error) {
    throw asBrokerError(error, dataDirectory);
  }
}
