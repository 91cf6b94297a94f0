import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execute } from '../long/tools.ts';
import { SHORT_JVM } from './jmeter.ts';

const PROGRAM = fileURLToPath(new URL('java/SummaryReportTable.java', import.meta.url));

/** A results file in JMeter's listener Summary Report; a row for each label, then TOTAL. */
export interface SummaryReportTable {
  /** The cells as the listener's renderers show them. */
  readonly shown: readonly (readonly string[])[];
  /** What stands behind the cells. */
  readonly values: readonly (readonly (string | number)[])[];
  /** What "Save Table Data" writes, without the header. */
  readonly saved: string;
}

/** Loads the files into org.apache.jmeter.visualizers.SummaryReport, each into one of its own. */
export async function summaryReportTables(
  home: string,
  files: readonly string[],
  folder: string,
): Promise<SummaryReportTable[]> {
  const classPath = [join(home, 'lib', '*'), join(home, 'lib', 'ext', '*')].join(delimiter);
  const locale = ['-Duser.language=en', '-Duser.country=US'];
  const jvm = [...SHORT_JVM, '-Dfile.encoding=UTF-8', ...locale, '-cp', classPath];
  return JSON.parse(await execute('java', [...jvm, PROGRAM, home, ...files], folder));
}
