import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execute } from '../long/tools.ts';
import { SHORT_JVM } from './jmeter.ts';

const PROGRAM = fileURLToPath(new URL('java/SummaryReportTable.java', import.meta.url));

/** JMeter's Summary Report listener for a results file: a row for each label, then TOTAL. */
export interface SummaryReportTable {
  /** The cells as the listener displays them. */
  readonly shown: readonly (readonly string[])[];
  /** The exact values from which JMeter formats the cells. */
  readonly values: readonly (readonly (string | number)[])[];
  /** Output of "Save Table Data", without the header. */
  readonly saved: string;
}

/** Loads each file into its own org.apache.jmeter.visualizers.SummaryReport. */
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
