import { statSync } from 'node:fs';
import type { RunMessages } from '../../consume/service/received.ts';
import type { RunRecord } from '../../runs/documents/run-json.ts';
import { type RunFolder, runFiles } from '../../runs/run-folder.ts';

/** Used for a service that belongs to no run: no message is recognised as a message of a run. */
export const NO_RUN: RunMessages = { tokens: () => [], bodies: new Map() };

/**
 * Returns how the messages of a run are recognised. A service may start before its run, and the sender may start again
 * if its first start failed. So run.json is read again when the file has changed.
 */
export async function runMessages(folder: RunFolder): Promise<RunMessages> {
  const [{ readRun }, { usesTokens }, { tokenRun }, { planBodies }] = await Promise.all([
    import('../../runs/documents/run-json.ts'),
    import('../../plan/placements.ts'),
    import('../../plan/tokens/token-run.ts'),
    import('../../plan/template/plan-bodies.ts'),
  ]);
  const messagesOf = (record: RunRecord | null) => ({
    tokens:
      record !== null && usesTokens(record.plan)
        ? [tokenRun(record.plan, { run: folder.id, startedAtMs: record.startedAtMs })]
        : [],
    bodies: new Map([[folder.id, planBodies(() => record?.plan ?? null)]]),
  });
  const file = runFiles(folder).run;
  let version = versionOf(file);
  let messages = messagesOf(readRun(folder));
  const latest = () => {
    const now = versionOf(file);
    if (now !== version) {
      messages = messagesOf(readRun(folder));
      version = now;
    }
    return messages;
  };
  return {
    tokens: () => latest().tokens,
    get bodies() {
      return latest().bodies;
    },
  };
}

/** Returns a text that changes if the file is written again. */
function versionOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? '' : `${stats.ino} ${stats.size} ${stats.mtimeMs}`;
}
