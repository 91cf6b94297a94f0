import type { ExtractedField } from './extractor.ts';

/** The variables of a thread, as an extractor sees them. */
export interface Variables {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  delete(name: string): void;
}

/** The texts that an extractor reads. */
export type ReadTexts = (field: ExtractedField) => readonly string[];

/** An extractor, prepared for many samples. */
export type Extract = (texts: ReadTexts, variables: Variables) => void;
