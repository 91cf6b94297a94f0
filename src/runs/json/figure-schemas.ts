import { z } from '../../schema/zod.ts';

/** The latest time that JavaScript's Date can represent (ECMA-262, 21.4.1.1). */
const MAX_EPOCH_MS = 8.64e15;

/**
 * Schemas for numbers in the files of a run. The schemas have limits, because qbl can neither compute with other
 * numbers nor show them.
 */
export const epochMs = () => z.number().min(0).max(MAX_EPOCH_MS);
export const durationMs = () => z.number().min(0).max(MAX_EPOCH_MS);
export const count = () => z.int().min(0);
/** A number that need not be whole, such as a rate or a mean. */
export const quantity = () => z.number().min(0).max(Number.MAX_SAFE_INTEGER);
export const share = () => z.number().min(0).max(1);
/** A partition number that is used as a key of an object. */
export const partitionKey = () => z.string().regex(/^\d{1,9}$/);
