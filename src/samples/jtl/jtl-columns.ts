/**
 * The columns of a JTL file: JMeter's default columns in their order. The sample variable `loop` follows them. Source:
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

/** The header line, without its line break; JMeter quotes the names of sample variables. */
export const JTL_HEADER = `${JTL_COLUMNS.join(',')},"${LOOP_COLUMN}"`;

/** The columns that every samples file must have. */
export const NECESSARY_COLUMNS = ['timeStamp', 'elapsed', 'label', 'responseCode', 'threadName'] as const;
