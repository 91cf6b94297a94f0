import { QblError } from '../../error.ts';
import {
  KNOWN_COLUMNS,
  LOOP_COLUMN,
  NECESSARY_COLUMNS,
  type OptionalColumn,
  PLACE_COLUMN,
} from './jtl-columns.ts';
import { parseFields } from './jtl-fields.ts';

/**
 * Delimiters that qbl supports in a JTL file. JMeter's `jmeter.save.saveservice.default_delimiter` allows any
 * delimiter.
 */
const DELIMITERS = [',', ';', '\t', '|'] as const;

/** The index of an optional column that the file does not have. */
export const ABSENT = -1;

/**
 * The delimiter, and the index of each column. The index of an optional column that the file does not have is
 * `ABSENT`.
 */
export interface JtlHeader {
  readonly delimiter: string;
  readonly columns: number;
  readonly timeStamp: number;
  readonly elapsed: number;
  readonly label: number;
  readonly responseCode: number;
  readonly responseMessage: number;
  readonly threadName: number;
  readonly success: number;
  readonly failureMessage: number;
  readonly bytes: number;
  readonly sentBytes: number;
  readonly latency: number;
  readonly connect: number;
  readonly loop: number;
  readonly place: number;
  readonly optional: Readonly<Record<OptionalColumn, number>>;
}

/**
 * Reads the header line. Throws QblError('usage') if required columns are missing, or if a column is repeated. The
 * error names these columns.
 */
export function parseJtlHeader(line: string, path: string): JtlHeader {
  const text = line.replace(/^\uFEFF/, '');
  if (text.includes('\r')) {
    throw new QblError('usage', `${path} has lines that end with a carriage return only`, {
      hint: 'Convert the line ends: tr "\\r" "\\n" < old.jtl > new.jtl',
    });
  }
  const delimiter = detectDelimiter(text);
  const names = namesOf(text, delimiter);
  const missing = NECESSARY_COLUMNS.filter((column) => !names.includes(column));
  if (missing.length > 0) {
    throw new QblError('usage', `${path} has no column ${missing.join(', ')}`, {
      hint: "The first line must be the header of JMeter's CSV.",
    });
  }
  const repeated = KNOWN_COLUMNS.find((column) => names.indexOf(column) !== names.lastIndexOf(column));
  if (repeated !== undefined) {
    throw new QblError('usage', `${path} has the column ${repeated} more than once`, {
      hint: 'qbl cannot know which of these columns is right. Remove the other ones from the file.',
    });
  }
  const at = (name: string): number => names.indexOf(name);
  // Only a file of qbl has these columns with this meaning. In another file they can be variables of the user.
  const ofQbl = (name: string): number => (at(LOOP_COLUMN) === ABSENT ? ABSENT : at(name));
  return {
    delimiter,
    columns: names.length,
    timeStamp: at('timeStamp'),
    elapsed: at('elapsed'),
    label: at('label'),
    responseCode: at('responseCode'),
    responseMessage: at('responseMessage'),
    threadName: at('threadName'),
    success: at('success'),
    failureMessage: at('failureMessage'),
    bytes: at('bytes'),
    sentBytes: at('sentBytes'),
    latency: at('Latency'),
    connect: at('Connect'),
    loop: at(LOOP_COLUMN),
    place: at(PLACE_COLUMN),
    optional: {
      outcome: at('outcome'),
      content: at('content'),
      request: ofQbl('request'),
      threadGroup: ofQbl('threadGroup'),
    },
  };
}

/**
 * Splits the header line into names. Returns no names for a line that is not CSV, such as the first line of
 * an XML file.
 */
function namesOf(header: string, delimiter: string): string[] {
  try {
    return parseFields(header, delimiter);
  } catch {
    return [];
  }
}

/** Returns the delimiter with which the most required columns are found. */
function detectDelimiter(header: string): string {
  const seen = (delimiter: string): number => {
    const names = header.split(delimiter).map((name) => name.replaceAll('"', ''));
    return NECESSARY_COLUMNS.filter((column) => names.includes(column)).length;
  };
  return DELIMITERS.reduce<string>((best, next) => (seen(next) > seen(best) ? next : best), ',');
}
