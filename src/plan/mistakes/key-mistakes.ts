import { type Document, isAlias, isMap, isScalar, type Node, type Pair, visit } from 'yaml';
import type { TextMistake } from './syntax-mistakes.ts';

/**
 * Finds mistakes in keys and numbers that YAML allows. The parsed values do not show these mistakes: of two equal
 * keys the last one wins, and JSON has neither infinite numbers nor NaN.
 */
export function keyMistakes(document: Document.Parsed): TextMistake[] {
  const mistakes: TextMistake[] = [];
  const anchored = new Map<string, Node>();
  const namesOf = new WeakMap<object, Set<string>>();
  const add = (node: unknown, message: string | null) => {
    if (message !== null) mistakes.push({ at: (node as Partial<Node>).range?.[0] ?? 0, message });
  };
  visit(document, {
    Pair(_, pair, path) {
      const parent = path.at(-1);
      if (!isMap(parent)) return;
      const names = namesOf.get(parent) ?? new Set();
      namesOf.set(parent, names);
      add(pair.key, keyMistake(pair, anchored, names));
    },
    Alias(_, alias) {
      add(
        alias,
        anchored.has(alias.source) ? null : `expected &${alias.source} before the alias *${alias.source}`,
      );
    },
    Value(_, node) {
      if (node.anchor !== undefined) anchored.set(node.anchor, node);
      if (isScalar(node)) add(node, numberMistake(node.value, node.source));
    },
  });
  return mistakes;
}

function keyMistake({ key }: Pair, anchored: ReadonlyMap<string, Node>, names: Set<string>): string | null {
  const name = keyName(isAlias(key) ? anchored.get(key.source) : key);
  if (name === null) return isAlias(key) && !anchored.has(key.source) ? null : 'expected a text as the key';
  if (name === '<<') return 'merging with << is not supported: write the fields themselves';
  // Refuses `__proto__`, because assigning to this name would replace the prototype of a JavaScript object.
  if (name === '__proto__') return 'the name __proto__ is not supported';
  if (names.has(name)) return `the key ${JSON.stringify(name)} is repeated: expected each key once`;
  names.add(name);
  return null;
}

/** The field name that a YAML key gives. Null if the key is a mapping or a list. */
export function keyName(key: unknown): string | null {
  if (!isScalar(key)) return null;
  return key.value === null ? '' : String(key.value);
}

function numberMistake(value: unknown, source: string | undefined): string | null {
  if (typeof value !== 'number' || Number.isFinite(value)) return null;
  return `expected a finite number, not ${source ?? value}; if it is a text, put it in quotes`;
}
