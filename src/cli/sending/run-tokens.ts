import type { TokenRun } from '../../message/reading/token-reader.ts';
import type { RunFolder } from '../../runs/run-folder.ts';

/**
 * Returns the tokens of a run. A service may start before its run, so run.json is read again until it exists.
 */
export async function runTokens(folder: RunFolder): Promise<() => readonly TokenRun[]> {
  const [{ readRun }, { usesTokens }, { tokenRun }] = await Promise.all([
    import('../../runs/documents/run-json.ts'),
    import('../../plan/placements.ts'),
    import('../../plan/tokens/token-run.ts'),
  ]);
  let known: readonly TokenRun[] | null = null;
  return () => {
    if (known !== null) return known;
    const record = readRun(folder);
    if (record === null) return [];
    const { plan, startedAtMs } = record;
    known = usesTokens(plan) ? [tokenRun(plan, { run: folder.id, startedAtMs })] : [];
    return known;
  };
}
