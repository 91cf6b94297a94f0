/**
 * A process can read its clock in two ways (Date.now and performance.now), and the two times can differ by some
 * milliseconds. So a difference of up to this many milliseconds does not prove that two clocks differ.
 */
export const SAME_CLOCK_MS = 100;
