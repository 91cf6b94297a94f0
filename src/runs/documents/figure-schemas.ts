import { z } from 'zod';

/** The last moment of which JavaScript's Date can tell (ECMA-262, 21.4.1.1). */
const MAX_EPOCH_MS = 8.64e15;

/** Figures in the files of a run: finite, and within what can be computed with and shown. */
export const epochMs = () => z.number().min(0).max(MAX_EPOCH_MS);
export const durationMs = () => z.number().min(0).max(MAX_EPOCH_MS);
export const count = () => z.int().min(0);
/** A quantity that need not be whole, such as a rate or a mean. */
export const quantity = () => z.number().min(0).max(Number.MAX_SAFE_INTEGER);
export const share = () => z.number().min(0).max(1);
/** The number of a partition where it is a key of an object. */
export const partitionKey = () => z.string().regex(/^\d{1,9}$/);
