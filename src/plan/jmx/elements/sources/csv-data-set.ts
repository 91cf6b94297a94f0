import { QblError } from '../../../../error.ts';
import { trimmedAsInJava } from '../../../language/functions/java-trim.ts';
import { encodingOf } from '../../../language/java-encoding.ts';
import { CsvFile, type CsvPlace } from '../../../sources/csv-file.ts';
import { CsvQuoteError, recordOf } from '../../../sources/csv-record.ts';
import type { CsvSource, SHARINGS } from '../../../sources/source.ts';
import type { TestElement } from '../../tree.ts';
import type { ImportContext } from '../context.ts';
import type { Bean } from './bean.ts';

/** The names of the ways of sharing, also as old versions of JMeter wrote them in English. */
const SHARING_NAMES: Readonly<Record<string, (typeof SHARINGS)[number]>> = {
  '': 'all',
  'shareMode.all': 'all',
  'shareMode.group': 'group',
  'shareMode.thread': 'thread',
  'All threads': 'all',
  'Current thread group': 'group',
  'Current thread': 'thread',
};

/** Reads a CSV Data Set (CSVDataSet.java). Null if it was refused. */
export function csvSource(
  bean: Bean,
  place: Pick<CsvSource, 'element' | 'controller'>,
  folder: string,
  context: ImportContext,
): CsvSource | null {
  const { element } = bean;
  const file = trimmedAsInJava(bean.text('filename', ''));
  const encodingName = trimmedAsInJava(bean.text('fileEncoding', ''));
  const encoding = encodingOf(encodingName);
  const written = bean.text('delimiter', ',');
  const delimiter = written === '\\t' ? '\t' : written || ',';
  const sharing = sharingOf(bean.text('shareMode', ''));
  if (file === '') context.refuse(element, 'filename: expected the name of a file');
  if (encoding === null)
    context.refuse(element, `fileEncoding=${encodingName}: expected UTF-8, ISO-8859-1 or US-ASCII`);
  if (sharing === null)
    context.refuse(element, 'shareMode: expected shareMode.all, shareMode.group, shareMode.thread or a key');
  if (file === '' || encoding === null || sharing === null) return null;
  const given = bean.text('variableNames', '');
  const fromHeader = given === '';
  const names = fromHeader
    ? namesInHeader({ file, folder, encoding }, delimiter, element, context)
    : given.split(',').filter((name) => name !== '');
  if (names === null) return null;
  return {
    kind: 'csv',
    ...place,
    file,
    folder,
    encoding,
    names: names.map(trimmedAsInJava),
    skipsFirstLine: fromHeader || bean.isTrue('ignoreFirstLine'),
    delimiter,
    quoted: bean.isTrue('quotedData'),
    recycles: bean.isTrue('recycle'),
    stopsThread: bean.isTrue('stopThread'),
    sharing,
  };
}

/** A text with a space is a name in the language of the JMeter that saved the file, and no key. */
function sharingOf(text: string): CsvSource['sharing'] | null {
  const known = Object.hasOwn(SHARING_NAMES, text) ? SHARING_NAMES[text] : undefined;
  if (known !== undefined) return known;
  return text.includes(' ') ? null : { key: text };
}

/** Without names, the first line of the file has the names. Null if they cannot be read. */
function namesInHeader(
  place: CsvPlace,
  delimiter: string,
  element: TestElement,
  context: ImportContext,
): string[] | null {
  try {
    const header = new CsvFile(place).readLine();
    if (header !== null) return recordOf(header, delimiter.charAt(0));
    context.refuse(element, `variableNames: the file "${place.file}" is empty, so it has no line with names`);
  } catch (error) {
    if (!(error instanceof QblError || error instanceof CsvQuoteError)) throw error;
    context.refuse(element, `variableNames: the first line has the names, but ${error.message}`);
  }
  return null;
}

/** Refuses elements that share a position in a file, but do not read the file in the same way. */
export function refuseOtherReading(
  sources: ReadonlyMap<TestElement, CsvSource>,
  context: ImportContext,
): void {
  const first = new Map<string, CsvSource>();
  for (const [element, source] of sources) {
    const place = JSON.stringify([source.file, source.sharing]);
    const other = first.get(place) ?? source;
    first.set(place, other);
    if (other.skipsFirstLine !== source.skipsFirstLine || other.encoding !== source.encoding)
      context.refuse(
        element,
        `filename: another CSV Data Set reads the file "${source.file}" with another first line or encoding`,
      );
  }
}
