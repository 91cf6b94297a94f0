import { printable } from '../../printable.ts';
import { readRun } from '../../runs/documents/run-json.ts';
import { readService } from '../../runs/documents/service-json.ts';
import type { RunFolder } from '../../runs/run-folder.ts';

const MAX_SHOWN = 3;
const MAX_TEXT_LENGTH = 100;

/** Why runs may not be comparable: what was sent, or the service behind the queue, is not the same in each. */
export async function planDifferences(folders: readonly RunFolder[]): Promise<string[]> {
  const [first, ...others] = await Promise.all(folders.map(settingsOf));
  if (first === undefined) return [];
  return others.flatMap((other) => {
    const different = differencesOf(first.settings, other.settings);
    if (different.length === 0) return [];
    const shown = different.slice(0, MAX_SHOWN).join('; ');
    const more = different.length > MAX_SHOWN ? `; and ${different.length - MAX_SHOWN} more` : '';
    return [`Warning: ${first.run} and ${other.run} were not set up alike: ${shown}${more}.`];
  });
}

type Settings = ReadonlyMap<string, string>;

async function settingsOf(folder: RunFolder): Promise<{ run: string; settings: Settings }> {
  const settings = new Map<string, string>();
  const record = readRun(folder);
  const service = await readService(folder);
  flatten('', { sender: record?.sender, plan: record?.plan }, settings);
  flatten('service', service?.options, settings);
  return { run: folder.id, settings };
}

/** Names, ports that were free, and where a queue was, say nothing about the load. */
const IGNORED = /(^|\.)(name|queue|deadLetter|group|drain)$/;

function flatten(path: string, value: unknown, into: Map<string, string>): void {
  if (IGNORED.test(path) || value === undefined) return;
  if (typeof value !== 'object' || value === null) {
    into.set(path, path.endsWith('.url') ? pathOf(String(value)) : String(value));
    return;
  }
  for (const [key, part] of Object.entries(value)) flatten(path === '' ? key : `${path}.${key}`, part, into);
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}

function differencesOf(first: Settings, second: Settings): string[] {
  const text = (value = 'nothing') => printable(value, MAX_TEXT_LENGTH);
  return [...new Set([...first.keys(), ...second.keys()])]
    .filter((path) => first.get(path) !== second.get(path))
    .map(
      (path) =>
        `${printable(path, MAX_TEXT_LENGTH)} is ${text(first.get(path))} and ${text(second.get(path))}`,
    );
}
