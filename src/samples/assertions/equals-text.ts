/** Length of an equal or different part of a text that a message shows. */
const SHOWN_LENGTH = 100;

/** Shows where two texts differ, in JMeter's words. Source: ResponseAssertion.java, equalsComparisonText. */
export function equalsText(received: string, comparison: string): string {
  const least = Math.min(received.length, comparison.length);
  let from = 0;
  while (from < least && received[from] === comparison[from]) from++;
  let [receivedTo, comparisonTo] = [received.length, comparison.length];
  while (
    receivedTo - 1 > from &&
    comparisonTo - 1 > from &&
    received[receivedTo - 1] === comparison[comparisonTo - 1]
  ) {
    receivedTo--;
    comparisonTo--;
  }
  const before = lastPart(received.slice(0, from));
  const after = firstPart(received.slice(receivedTo));
  const [differs, expected] = [received.slice(from, receivedTo), comparison.slice(from, comparisonTo)].map(
    firstPart,
  );
  const width = Math.max(differs?.length ?? 0, expected?.length ?? 0);
  const line = (name: string, part = '') =>
    `****** ${name}: ${before}[[[${part.padEnd(width)}]]]${after}\n\n`;
  return `\n\n${line('received  ', differs)}${line('comparison', expected)}`;
}

function firstPart(text: string): string {
  return text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH)}...`;
}

function lastPart(text: string): string {
  return text.length <= SHOWN_LENGTH ? text : `...${text.slice(-SHOWN_LENGTH)}`;
}
