import { setFlagsFromString } from 'node:v8';

/**
 * Makes V8 collect garbage often, so that the heap stays small. That suits commands that stream data, because nearly
 * all their objects are soon garbage. V8 reads both flags at each collection, so they take effect at once
 * (flag-definitions.h: `semi_space_growth_factor`, `heap_growing_percent`). Limits such as `--max-semi-space-size` are
 * read only when a process starts.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=40');
}
