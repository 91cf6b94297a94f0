import type { Identity } from '../message/identity.ts';

/** Makes the body of one message; `sentAtMs` is epoch milliseconds with a fraction. */
export type BodyWriter = (identity: Identity, sentAtMs: number) => string;
