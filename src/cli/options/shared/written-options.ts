import { type Command, Option } from 'commander';

/**
 * An option whose value is checked, but kept as the user wrote it. So `run` can pass the value on, and the
 * command that uses the value parses it.
 */
export interface WrittenOption {
  readonly name: string;
  readonly flags: string;
  readonly description: string;
  readonly parse?: (text: string) => unknown;
  readonly choices?: readonly string[];
  /** Whether the option can be given several times. Its value is then a list. */
  readonly isRepeatable?: true;
}

/** The values of options, as the user wrote them. */
export type WrittenValues = Readonly<Record<string, unknown>>;

export function addWrittenOptions(command: Command, options: readonly WrittenOption[], group: string): void {
  for (const written of options) {
    const { flags, description, choices } = written;
    const option = new Option(flags, description).helpGroup(group);
    if (choices !== undefined) option.choices(choices);
    else option.argParser((text: string, before: unknown) => checked(written, text, before));
    command.addOption(option);
  }
}

function checked({ parse, isRepeatable }: WrittenOption, text: string, before: unknown): unknown {
  parse?.(text);
  return isRepeatable === true ? [...texts(before), text] : text;
}

/** Writes the options as arguments of another command. */
export function formatWrittenOptions(options: readonly WrittenOption[], values: WrittenValues): string[] {
  return options.flatMap(({ name, flags }) => argumentsOf(flags.split(' ')[0] ?? '', values[name]));
}

function argumentsOf(flag: string, value: unknown): string[] {
  if (value === false) return [flag.replace('--', '--no-')];
  const joint = flag.startsWith('--') ? '=' : '';
  if (typeof value === 'string') return [`${flag}${joint}${value}`];
  return texts(value).map((text) => `${flag}${joint}${text}`);
}

/** The values of an option that can be given several times. The list is empty if the option was not given. */
export function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
