import { Loop } from './loop.ts';
import { Sequence } from './sequence.ts';

/** A controller that runs only in the first loop. Source of its behaviour: JMeter's OnceOnlyController. */
export class Once extends Sequence {
  override onIterationOf(parent: Sequence): void {
    const first = parent instanceof Loop ? 1 : 0;
    if (parent.iteration === first) this.reinitialize();
  }

  protected override endIteration(): null {
    return null;
  }
}
