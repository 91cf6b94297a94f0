import type { Exchange } from '../exchange/exchange.ts';

/** Where a thread is in its requests. Numbers count from 1. */
export interface Position {
  /** The number of the loop in the identity of the next message. */
  readonly loop: number;
  /** The number of the next request. */
  readonly request: number;
  /** The number of the loop of the thread group. */
  readonly groupLoop: number;
  readonly ended: boolean;
  /** True if a failed sample ended the thread before its last request. */
  readonly isCut: boolean;
  /** Moves to the first request. */
  start(): void;
  /** Moves to the next request. After a failed sample, `onSampleError` of the group decides what comes next. */
  advance(exchange: Exchange): void;
  /** Ends the thread before its last request. */
  cut(): void;
}
