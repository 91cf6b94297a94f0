import type { MessageSource, RunMessages } from '../../consume/service/received.ts';
import type { RunRecord } from '../../runs/documents/run-json.ts';
import type { RunFolder } from '../../runs/run-folder.ts';

/** How often to look at run.json while the messages are recognised. A folder on the network can be slow. */
const LOOK_AGAIN_MS = 100;
const NO_MESSAGES: RunMessages = { tokens: [], bodies: new Map() };

/** Used for a service that belongs to no run: no message is recognised as a message of a run. */
export const NO_RUN: MessageSource = { recent: () => NO_MESSAGES, latest: () => NO_MESSAGES };

/**
 * Returns how the messages of a run are recognised. A service may start before its run, and the sender may start again
 * if its first start failed. So run.json is read again when the file has changed.
 */
export async function runMessages(folder: RunFolder): Promise<MessageSource> {
  const [{ latestRun }, { usesTokens }, { tokenRun }, { planBodies }] = await Promise.all([
    import('../../runs/documents/latest-run.ts'),
    import('../../plan/placements.ts'),
    import('../../plan/tokens/token-run.ts'),
    import('../../plan/template/plan-bodies.ts'),
  ]);
  const messagesOf = (record: RunRecord | null): RunMessages => ({
    tokens:
      record !== null && usesTokens(record.plan)
        ? [tokenRun(record.plan, { run: folder.id, startedAtMs: record.startedAtMs })]
        : [],
    bodies: new Map([[folder.id, planBodies(() => record?.plan ?? null)]]),
  });
  const run = latestRun(folder);
  let record = run();
  let messages = messagesOf(record);
  let lookedAtMs = performance.now();
  const latest = () => {
    const now = run();
    if (now !== record) messages = messagesOf(now);
    record = now;
    lookedAtMs = performance.now();
    return messages;
  };
  const isRecent = () => record !== null && performance.now() - lookedAtMs < LOOK_AGAIN_MS;
  const recent = () => (isRecent() ? messages : latest());
  return { recent, latest };
}
