import type { Capacity } from '../capacity/capacity.ts';
import type { DirectBounds } from '../comparison/direct-half.ts';

/** The service behind the queue that a run starts. */
export interface RunService {
  readonly capacity: Capacity;
  /** The longest wait in the queue for which instances are counted. */
  readonly maxWaitMs: number;
  /** The same service without a queue, for a comparison; null: none is asked for. */
  readonly direct: DirectBounds | null;
}
