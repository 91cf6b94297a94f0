import type { Type } from './types.ts';

/** One API of the protocol: its key, its first and last supported version, and the fields of its messages. */
export interface Api<Request, Response> {
  readonly name: string;
  readonly key: number;
  readonly versions: readonly [least: number, greatest: number];
  readonly request: Type<Request, never>;
  readonly response: Type<unknown, Response>;
}
