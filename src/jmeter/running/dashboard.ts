import { QblError } from '../../error.ts';
import type { JMeter } from './find.ts';
import { JMeterProcess } from './process.ts';
import { propertyArguments } from './settings.ts';

/**
 * Interval of the charts over time. With JMeter's default of 1 minute, the charts of a short run have only
 * one point.
 */
const GRANULARITY_MS = 2000;
const SHORT_RUN_MS = 600_000;
const MINUTE_MS = 60_000;

export interface DashboardOptions {
  readonly jmeter: JMeter;
  readonly heap: string;
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly samplesFile: string;
  readonly logFile: string;
  /** The folder for the dashboard. It must be empty or missing. */
  readonly folder: string;
  /** Time from the start of the first sample to the end of the last one. */
  readonly spanMs: number;
}

/**
 * Writes JMeter's HTML dashboard of a JTL file into a folder.
 * @throws QblError 'environment' if JMeter fails
 */
export async function writeDashboard(options: DashboardOptions): Promise<void> {
  const { samplesFile, folder, logFile, spanMs } = options;
  const granularityMs = spanMs < SHORT_RUN_MS ? GRANULARITY_MS : MINUTE_MS;
  const properties = propertyArguments({ 'jmeter.reportgenerator.overall_granularity': granularityMs });
  const args = ['-g', samplesFile, '-o', folder, '-j', logFile, ...properties];
  const { code, lastLines } = await new JMeterProcess({ ...options, args }).exited;
  if (code === 0) return;
  throw new QblError('environment', `JMeter wrote no dashboard: ${lastLines}`, {
    hint: `See ${logFile} for details.`,
  });
}
