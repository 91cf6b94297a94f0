/**
 * The columns of a JTL file: JMeter's default columns in their order. The sample variable `loop` follows them.
 * Source:
 * JMeter 5.6.3, CSVSaveService.printableFieldNamesToString and saveservice's defaults.
 */
export const JTL_COLUMNS = [
  'timeStamp',
  'elapsed',
  'label',
  'responseCode',
  'responseMessage',
  'threadName',
  'dataType',
  'success',
  'failureMessage',
  'bytes',
  'sentBytes',
  'grpThreads',
  'allThreads',
  'URL',
  'Latency',
  'IdleTime',
  'Connect',
] as const;

/** The sample variable that holds the loop number of a sample. */
export const LOOP_COLUMN = 'loop';

/**
 * Sample variables that only some runs have, in the order of their columns. They follow `loop`. An entry here needs a
 * writer in jtl-writer.ts and a reader in jtl-header.ts.
 */
export const OPTIONAL_COLUMNS = ['outcome', 'content', 'request', 'threadGroup'] as const;
export type OptionalColumn = (typeof OPTIONAL_COLUMNS)[number];

/**
 * The sample variable of a test plan that JMeter runs unchanged. It has the place of the row's message, or `null` if the
 * request sends no message. The columns `loop` and `label` cannot show the place, because such a plan may have any loops
 * and labels.
 */
export const PLACE_COLUMN = 'qbl.place';

/** The columns that a file must not have twice. Columns with other names come from other programs and are ignored. */
export const KNOWN_COLUMNS: readonly string[] = [
  ...JTL_COLUMNS,
  LOOP_COLUMN,
  ...OPTIONAL_COLUMNS,
  PLACE_COLUMN,
];

export function sampleVariables(optional: readonly OptionalColumn[]): readonly string[] {
  return [LOOP_COLUMN, ...OPTIONAL_COLUMNS.filter((column) => optional.includes(column))];
}

/** The header line, without its line break; JMeter quotes the names of sample variables. */
export function jtlHeader(optional: readonly OptionalColumn[]): string {
  return [...JTL_COLUMNS, ...sampleVariables(optional).map((name) => `"${name}"`)].join(',');
}

export const JTL_HEADER = jtlHeader([]);

export const NECESSARY_COLUMNS = ['timeStamp', 'elapsed', 'label', 'responseCode', 'threadName'] as const;
