import type { Type } from './types.ts';

/** One API of the protocol: its key, the versions that are offered (both included), its tables of fields. */
export interface Api<Request, Response> {
  readonly name: string;
  readonly key: number;
  readonly versions: readonly [least: number, greatest: number];
  readonly request: Type<Request, never>;
  readonly response: Type<unknown, Response>;
}
