import { setFlagsFromString } from 'node:v8';

/**
 * Makes V8 collect garbage often instead of letting the heap grow. This suits work that streams, where nearly every
 * object is soon garbage. V8 reads both flags at each collection, so they take effect at once (flag-definitions.h:
 * `semi_space_growth_factor`, `heap_growing_percent`). V8 reads fixed limits such as `--max-semi-space-size` only
 * when a process starts.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=40');
}
