import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 collect often instead of letting the heap grow to several times of what is alive. For work that streams:
 * nearly everything it allocates is garbage at once. Both flags are read at each collection, so that they count
 * from now on (V8's flag-definitions.h: `semi_space_growth_factor`, `heap_growing_percent`); the limits proper,
 * such as `--max-semi-space-size`, are taken only when a process starts.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=40');
}
