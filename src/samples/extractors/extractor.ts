/**
 * Elements of a JMeter test plan that read values from the response of a request, and set variables of the thread. They
 * run after each sample, also after a failed sample.
 */
export type Extractor = JsonExtractor | RegexExtractor | BoundaryExtractor;

/** What a Regular Expression Extractor and a Boundary Extractor read. */
export const EXTRACTED_FIELDS = ['body', 'unescaped body', 'headers', 'code', 'message', 'URL'] as const;
export type ExtractedField = (typeof EXTRACTED_FIELDS)[number];

interface AnyExtractor {
  /** The name of the variable, and the start of the names of further variables. */
  readonly name: string;
  /**
   * The number of the match, from 1. 0 means a random match. A negative number means all matches, each in a variable of
   * its own.
   */
  readonly match: number;
  /** True if the extractor reads the responses of redirects too. */
  readonly readsRedirects: boolean;
}

/** One of the variables of JMeter's JSON Extractor. Source: JSONPostProcessor.java. */
export interface JsonExtractor extends AnyExtractor {
  readonly kind: 'json';
  readonly path: string;
  readonly standard: string;
  /** True if a further variable gets all matches, separated by commas. */
  readonly joins: boolean;
}

/** Source: JMeter's RegexExtractor.java. */
export interface RegexExtractor extends AnyExtractor {
  readonly kind: 'regex';
  readonly field: ExtractedField;
  readonly regex: string;
  /** The value of the variable. `$1$` is the text of the first group. */
  readonly template: string;
  /** The value if nothing matches. Null if the variable keeps its value. */
  readonly standard: string | null;
}

/** Source: JMeter's BoundaryExtractor.java. */
export interface BoundaryExtractor extends AnyExtractor {
  readonly kind: 'boundary';
  readonly field: ExtractedField;
  readonly left: string;
  readonly right: string;
  /** The value if nothing matches. Null if the variable keeps its value. */
  readonly standard: string | null;
}
