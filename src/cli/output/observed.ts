import type { ObservedService } from '../../runs/documents/observed-service-json.ts';
import type { RunFolder } from '../../runs/run-folder.ts';
import type { Context } from '../context.ts';

/** Returns what was observed of the user's own service in a single run, as a field of a JSON result. */
export async function observedField([folder, ...others]: readonly RunFolder[]): Promise<{
  readonly observed?: ObservedService;
}> {
  if (folder === undefined || others.length > 0) return {};
  const { readObservedService } = await import('../../runs/documents/observed-service-json.ts');
  const observed = await readObservedService(folder);
  return observed === null ? {} : { observed };
}

/**
 * Prints what was observed of the user's own service, as text for people. Prints nothing if no service was
 * observed.
 */
export async function showObserved(folders: readonly RunFolder[], { out }: Context): Promise<void> {
  const { observed } = await observedField(folders);
  const [folder] = folders;
  if (observed === undefined || folder === undefined) return;
  const [{ observedText }, { readRun }] = await Promise.all([
    import('../../report/text/observed-text.ts'),
    import('../../runs/documents/run-json.ts'),
  ]);
  const originMs = readRun(folder)?.startedAtMs ?? Date.parse(observed.startedAt);
  out.line(`\n${observedText(observed, originMs, out.style)}\n`);
}
