import type { RunMessages } from '../../consume/service/received.ts';
import type { TokenRun } from '../../message/reading/token-reader.ts';
import type { RunFolder } from '../../runs/run-folder.ts';

/** Used for a service that belongs to no run: no message is recognised as a message of a run. */
export const NO_RUN: RunMessages = { tokens: () => [], bodies: new Map() };

/**
 * Returns how the messages of a run are recognised. A service may start before its run, so run.json is read again until
 * it exists.
 */
export async function runMessages(folder: RunFolder): Promise<RunMessages> {
  const [{ readRun }, { usesTokens }, { tokenRun }, { planBodies }] = await Promise.all([
    import('../../runs/documents/run-json.ts'),
    import('../../plan/placements.ts'),
    import('../../plan/tokens/token-run.ts'),
    import('../../plan/template/plan-bodies.ts'),
  ]);
  let known: readonly TokenRun[] | null = null;
  const tokens = () => {
    if (known !== null) return known;
    const record = readRun(folder);
    if (record === null) return [];
    const { plan, startedAtMs } = record;
    known = usesTokens(plan) ? [tokenRun(plan, { run: folder.id, startedAtMs })] : [];
    return known;
  };
  return { tokens, bodies: new Map([[folder.id, planBodies(() => readRun(folder)?.plan ?? null)]]) };
}
