/** A value cannot be extracted exactly as JMeter does. */
export class ExtractionError extends Error {}
