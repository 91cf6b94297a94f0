import { type TestElement, textOf } from '../../tree.ts';
import { splitNames } from './split-names.ts';

/** The property with the names of the variables, by the class of the extractor. */
const NAMES: Readonly<Record<string, string>> = {
  JSONPostProcessor: 'JSONPostProcessor.referenceNames',
  RegexExtractor: 'RegexExtractor.refname',
  BoundaryExtractor: 'BoundaryExtractor.refname',
};

/**
 * Returns a function that says whether an extractor can set a variable. If a name of an extractor has a variable itself,
 * the extractor can set every variable.
 */
export function setByExtractors(testPlan: TestElement): (name: string) => boolean {
  const names = namesUnder(testPlan);
  const setsAll = names.some((name) => name.includes('${'));
  return (name) => setsAll || names.some((each) => setsName(each, name));
}

/** Whether an extractor for one variable sets a variable of another name, such as `x_1`, `x_matchNr` or `x_g1`. */
export function setsName(ofExtractor: string, name: string): boolean {
  return name === ofExtractor || name.startsWith(`${ofExtractor}_`);
}

function namesUnder(element: TestElement): string[] {
  const property = NAMES[element.type];
  const own = property === undefined ? [] : splitNames(textOf(element, property)).map((name) => name.trim());
  return [...own, ...element.children.flatMap(namesUnder)];
}
