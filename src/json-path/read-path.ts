import { accepts, type ReadElement } from './filter.ts';
import { className, javaText } from './java-text.ts';
import { isDefinite, type Path, type PathStep, pathText } from './path.ts';
import { isList, type Value } from './value.ts';

const PROVIDER = 'com.jayway.jsonpath.spi.json.JsonSmartJsonProvider';

/** Why a path leads nowhere, in Jayway's words. */
export class PathFailure {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/**
 * Reads the value at a path. If the path can lead to several values, reads a list of all of them (Jayway's
 * CompiledPath.java and its tokens).
 */
export function readPath(path: Path, document: Value): Value | PathFailure {
  const found: Value[] = [];
  try {
    walk(path, { at: 0, place: '$', value: document }, found);
  } catch (error) {
    if (error instanceof PathFailure) return error;
    throw error;
  }
  if (!isDefinite(path)) return found;
  const last = found.at(-1);
  return last === undefined ? new PathFailure(`No results for path: ${pathText(path)}`) : last;
}

interface Position {
  /** Number of steps that were taken. */
  readonly at: number;
  /** The way to the value, such as `$['a'][0]`. */
  readonly place: string;
  readonly value: Value;
}

function walk(path: Path, position: Position, found: Value[]): void {
  const { at, value } = position;
  const step = path[at];
  if (step === undefined) {
    found.push(value);
    return;
  }
  const isStrict = isDefinite(path.slice(0, at));
  const isLast = at === path.length - 1;
  const goOn = (place: string, next: Value) => walk(path, { at: at + 1, place, value: next }, found);
  switch (step.kind) {
    case 'property':
      property(step.name, position, isStrict, isLast, goOn);
      break;
    case 'wildcard':
      everyChild(position, goOn);
      break;
    case 'scan':
      scan(step.name, position, isLast, goOn);
      break;
    case 'filter':
      filter(step, position, isStrict, goOn);
      break;
    default:
      elements(step, position, isStrict, goOn);
  }
}

type GoOn = (place: string, value: Value) => void;

function property(
  name: string,
  { value, place }: Position,
  isStrict: boolean,
  isLast: boolean,
  goOn: GoOn,
): void {
  if (!(value instanceof Map)) {
    if (!isStrict) return;
    throw new PathFailure(
      `Expected to find an object with property ['${name}'] in path ${place} but found '${className(value)}'. This is not a json object according to the JsonProvider: '${PROVIDER}'.`,
    );
  }
  const next = `${place}['${name}']`;
  const member: Value | undefined = value.get(name);
  if (member !== undefined) goOn(next, member);
  else if (isStrict && !isLast) throw new PathFailure(`Missing property in path ${next}`);
}

function everyChild({ value, place }: Position, take: GoOn): void {
  if (value instanceof Map) for (const [name, member] of value) take(`${place}['${name}']`, member);
  else if (isList(value)) for (const [index, item] of value.entries()) take(`${place}[${index}]`, item);
}

function scan(name: string, position: Position, isLast: boolean, goOn: GoOn): void {
  property(name, position, false, isLast, goOn);
  everyChild(position, (place, value) => scan(name, { ...position, place, value }, isLast, goOn));
}

function filter(
  { condition }: Extract<PathStep, { kind: 'filter' }>,
  { value, place }: Position,
  isStrict: boolean,
  goOn: GoOn,
): void {
  if (value instanceof Map) {
    if (accepts(condition, readerOf(value))) goOn(place, value);
  } else if (isList(value)) {
    for (const [index, item] of value.entries())
      if (accepts(condition, readerOf(item))) goOn(`${place}[${index}]`, item);
  } else if (isStrict) {
    throw new PathFailure(
      `Filter: [?] can not be applied to primitives. Current context is: ${javaText(value)}`,
    );
  }
}

function readerOf(element: Value): ReadElement {
  return (path) => {
    const value = readPath(path, element);
    return value instanceof PathFailure ? undefined : value;
  };
}

function elements(
  step: Extract<PathStep, { kind: 'index' | 'slice' }>,
  { value, place }: Position,
  isStrict: boolean,
  goOn: GoOn,
): void {
  if (!isList(value)) {
    if (!isStrict) return;
    throw new PathFailure(
      value === null
        ? `The path ${place} is null`
        : `Filter: ${pathText([step]).slice(1)} can only be applied to arrays. Current context is: ${javaText(value)}`,
    );
  }
  const [from, to] = boundsOf(step, value.length);
  for (let index = Math.max(0, from); index < Math.min(to, value.length); index++) {
    if (from >= 0) goOn(`${place}[${index}]`, value[index] ?? null);
  }
}

/** The first index, and the index after the last one. */
function boundsOf(step: Extract<PathStep, { kind: 'index' | 'slice' }>, length: number): [number, number] {
  const counted = (index: number) => (index < 0 ? length + index : index);
  if (step.kind === 'index') return [counted(step.index), counted(step.index) + 1];
  return [Math.max(0, counted(step.from ?? 0)), counted(step.to ?? length)];
}
