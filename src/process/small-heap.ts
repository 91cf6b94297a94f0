import { setFlagsFromString } from 'node:v8';

/**
 * Makes V8 collect garbage often, so that the heap stays small. Commands that stream data gain from this,
 * because nearly all their objects soon become garbage. V8 reads both flags at each collection, so they take
 * effect at once (flag-definitions.h: `semi_space_growth_factor`, `heap_growing_percent`). V8 reads limits
 * such as `--max-semi-space-size` only when a process starts.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=40');
}
