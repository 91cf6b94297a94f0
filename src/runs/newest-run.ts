import { readdir, stat } from 'node:fs/promises';
import { QblError } from '../error.ts';
import { isRunId } from '../message/identity.ts';
import { readRun } from './documents/run-json.ts';
import { type RunFolder, runFiles, runFolder } from './run-folder.ts';

/**
 * Returns the run whose files were written last. Leaves out runs without a queue: they are parts of a comparison and
 * cannot be verified.
 * @throws QblError 'usage' if there is no run, 'environment' if the folder of the runs cannot be read
 */
export async function newestRun(runsDirectory: string): Promise<RunFolder> {
  const names = await namesIn(runsDirectory);
  const found = await Promise.all(names.filter(isRunId).map((id) => writtenAt(runFolder(runsDirectory, id))));
  const newestFirst = found.filter((run) => run !== null).sort((a, b) => b.atMs - a.atMs);
  const newest = newestFirst.find(({ folder }) => !isDirect(folder));
  if (newest !== undefined) return newest.folder;
  throw new QblError('usage', `no run in ${runsDirectory}`, {
    hint: 'Start a run with `qbl run`, or give the folder that contains the runs with --runs.',
  });
}

async function namesIn(runsDirectory: string): Promise<string[]> {
  try {
    return await readdir(runsDirectory);
  } catch (error) {
    if (isMissing(error)) return [];
    throw new QblError('environment', `cannot read the folder of the runs: ${(error as Error).message}`);
  }
}

async function writtenAt(folder: RunFolder): Promise<{ folder: RunFolder; atMs: number } | null> {
  try {
    const { mtimeMs } = await stat(runFiles(folder).run);
    return { folder, atMs: mtimeMs };
  } catch (error) {
    return isMissing(error) ? null : unreadable(folder);
  }
}

/**
 * Returns a run whose run.json cannot be read, such as the run of another user. If it is the newest run, the command
 * that uses it reports why run.json cannot be read. Otherwise the command would use an older run without a warning.
 */
async function unreadable(folder: RunFolder): Promise<{ folder: RunFolder; atMs: number } | null> {
  const own = await stat(folder.path).catch(() => null);
  return own === null ? null : { folder, atMs: own.mtimeMs };
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/**
 * Whether the run was sent directly to the service. A run whose run.json is damaged counts as a usual run, because the
 * command that reads the file reports the damage.
 */
function isDirect(folder: RunFolder): boolean {
  try {
    return readRun(folder)?.experiment?.direct === true;
  } catch (error) {
    if (error instanceof QblError) return false;
    throw error;
  }
}
