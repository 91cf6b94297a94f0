import { rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { STANDARD_INPUT } from '../bounded-file.ts';
import { QblError } from '../error.ts';
import { makeTemporaryFolder } from '../folders.ts';
import type { ForeignPlan } from '../plan/jmx/foreign.ts';
import { type Plan, sampleColumns } from '../plan/plan.ts';
import { hasSecretUrl } from '../runs/secrets.ts';
import { PLACE_COLUMN, sampleVariables } from '../samples/jtl/jtl-columns.ts';
import { propertiesText } from './elements/properties-file.ts';
import { renderJmx } from './rendering/render.ts';
import { SENDING_SETTINGS } from './running/settings.ts';
import { withInsertions } from './unchanged/insertions.ts';

export interface ScriptOptions {
  readonly plan: Plan;
  /** The test plan, if JMeter runs it unchanged. Null if qbl writes the plan for JMeter. */
  readonly foreign: ForeignPlan | null;
  readonly run: string;
  readonly startedAtMs: number;
  readonly samplesFile: string;
  /** Names of further URL parameters whose values are secret. */
  readonly redact: readonly string[];
  /** The file for all samples of a test plan that JMeter runs unchanged, also for those of other samplers. */
  readonly jmeterResultsFile: string;
  /** The working directory of JMeter. */
  readonly directory: string;
}

/** The file that JMeter runs. */
export interface Script {
  readonly file: string;
  /** The file for the option `-l`. */
  readonly resultsFile: string;
  readonly properties: Readonly<Record<string, string | number>>;
  /** A file with the user's properties. Null if the user set none. */
  readonly propertiesFile: string | null;
  remove(): Promise<void>;
}

/** Writes the file that JMeter runs. Only this user can read it, because headers can contain passwords. */
export function writeScript(options: ScriptOptions): Promise<Script> {
  return options.foreign === null ? ownScript(options) : copyOf(options.foreign, options);
}

/** JMeter cannot mask a part of a URL. So if a URL has secrets, JMeter writes no URL at all. */
function urlSetting(writesUrls: boolean): Record<string, string> {
  return { 'jmeter.save.saveservice.url': String(writesUrls) };
}

async function ownScript(options: ScriptOptions): Promise<Script> {
  const { plan, run, startedAtMs, samplesFile, redact } = options;
  const text = renderJmx(plan, { forUser: false });
  const folder = await makeTemporaryFolder('qbl-jmeter-');
  const remove = () => rm(folder, { recursive: true, force: true });
  const file = join(folder, 'plan.jmx');
  try {
    await writeFile(file, text);
  } catch (error) {
    await remove();
    throw error;
  }
  const properties = {
    ...SENDING_SETTINGS,
    ...urlSetting(!hasSecretUrl(plan, redact)),
    run,
    startedAt: startedAtMs,
    sample_variables: sampleVariables(sampleColumns(plan)).join(','),
  };
  return { file, resultsFile: samplesFile, properties, propertiesFile: null, remove };
}

/**
 * Writes the copy of a test plan with qbl's elements. The copy is beside the file, because JMeter looks for the files of a
 * test plan in the working directory and then in the folder of the test plan (FileServer.java, resolveFileFromPath).
 */
async function copyOf(foreign: ForeignPlan, options: ScriptOptions): Promise<Script> {
  const { run, startedAtMs, samplesFile, jmeterResultsFile, directory } = options;
  const original = foreign.file === STANDARD_INPUT ? join(directory, 'plan.jmx') : resolve(foreign.file);
  const file = join(dirname(original), `.${basename(original, '.jmx')}.qbl-${run}.jmx`);
  const folder = await makeTemporaryFolder('qbl-jmeter-');
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  try {
    const propertiesFile = join(folder, 'user.properties');
    await writeFile(propertiesFile, propertiesText({ run, ...foreign.properties }), { mode: 0o600 });
    await writeCopy(file, withInsertions(foreign, resolve(samplesFile)));
    const remove = async () => {
      await Promise.all([rm(file, { force: true }), removeFolder()]);
    };
    return {
      file,
      resultsFile: jmeterResultsFile,
      properties: {
        ...urlSetting(false),
        'qbl.execution': `${run}|${startedAtMs}`,
        sample_variables: withPlace(foreign.properties['sample_variables']),
      },
      propertiesFile,
      remove,
    };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

const OTHER_FOLDER =
  'JMeter looks for the files of a test plan beside it. Copy the test plan and its files into a folder that you can write.';
const COPY_HINTS: Readonly<Record<string, string>> = {
  EEXIST:
    'A run with the same --run uses this file, or was killed before it removed the file. Remove the file.',
  ENAMETOOLONG: 'Give the test plan a shorter file name, or the run a shorter --run.',
};

async function writeCopy(file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600, flag: 'wx' }).catch(async (cause) => {
    // A disk that is full can leave a part of the copy.
    if (cause.code !== 'EEXIST') await rm(file, { force: true }).catch(() => {});
    const hint = COPY_HINTS[cause.code] ?? OTHER_FOLDER;
    throw new QblError('environment', `cannot write a copy of the test plan: ${cause.message}`, {
      hint,
      cause,
    });
  });
}

function withPlace(variables: string | undefined): string {
  return variables === undefined ? PLACE_COLUMN : `${variables},${PLACE_COLUMN}`;
}
