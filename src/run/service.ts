import type { Capacity } from '../capacity/capacity.ts';
import type { DirectBounds } from '../comparison/direct-half.ts';

export interface RunService {
  readonly capacity: Capacity;
  /** Target for the wait in the queue. Used to compute the number of instances. */
  readonly maxWaitMs: number;
  /** Limits of the same service without a queue. Null if the user did not ask for a comparison. */
  readonly direct: DirectBounds | null;
}
