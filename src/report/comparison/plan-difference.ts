import { printable } from '../../printable.ts';
import { readRun } from '../../runs/documents/run-json.ts';
import { readService } from '../../runs/documents/service-json.ts';
import type { RunFolder } from '../../runs/run-folder.ts';
import type { RunNames } from './run-names.ts';

const MAX_SHOWN = 3;
const MAX_TEXT_LENGTH = 100;

/** Returns warnings about runs that may not be comparable, because their plans or services differ. */
export async function planDifferences(names: RunNames): Promise<string[]> {
  const [first, ...others] = await Promise.all([...names].map(settingsOf));
  if (first === undefined) return [];
  return others.flatMap((other) => {
    const different = differencesOf(first.settings, other.settings);
    if (different.length === 0) return [];
    const shown = different.slice(0, MAX_SHOWN).join(', ');
    const more = different.length > MAX_SHOWN ? `, and ${different.length - MAX_SHOWN} more` : '';
    return [`Warning: ${first.run} and ${other.run} have different settings: ${shown}${more}.`];
  });
}

interface Setting {
  /** The last part of the setting's path. */
  readonly name: string;
  readonly value: string;
}

/** The settings of a run, by their paths such as `plan.threadGroups.0.threads`. */
type Settings = ReadonlyMap<string, Setting>;

async function settingsOf([folder, run]: readonly [RunFolder, string]): Promise<{
  run: string;
  settings: Settings;
}> {
  const settings = new Map<string, Setting>();
  const record = readRun(folder);
  const service = await readService(folder);
  flatten([], { sender: record?.sender, plan: record?.plan, service: service?.options }, settings);
  return { run, settings };
}

/** Settings that do not change the load, such as names and queue URLs. */
const IGNORED = /(^|\.)(name|queue|deadLetter|group|drain)$/;

function flatten(keys: readonly string[], value: unknown, into: Map<string, Setting>): void {
  const path = keys.join('.');
  if (IGNORED.test(path) || value == null) return;
  if (typeof value !== 'object') {
    const name = keys.at(-1) ?? '';
    into.set(path, { name, value: name === 'url' ? pathOf(String(value)) : String(value) });
    return;
  }
  for (const [key, part] of Object.entries(value)) flatten([...keys, key], part, into);
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}

function differencesOf(first: Settings, second: Settings): string[] {
  const all = new Map([...first, ...second]);
  const names = [...all.values()].map(({ name }) => name);
  const isUnique = (name: string) => names.indexOf(name) === names.lastIndexOf(name);
  const text = (value = 'not set') => printable(value, MAX_TEXT_LENGTH);
  return [...all].flatMap(([path, { name }]) => {
    const values = [first, second].map((settings) => settings.get(path)?.value);
    if (values[0] === values[1]) return [];
    // Shows only the last part of the setting's path, such as `threads`. Shows the whole path if another setting has
    // the same last part, for example in a second thread group.
    const label = printable(isUnique(name) ? name : path, MAX_TEXT_LENGTH);
    return [`${label} ${text(values[0])} vs ${text(values[1])}`];
  });
}
