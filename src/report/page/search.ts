import type { MessageData, ResultData } from '../html/report-data.ts';

export type Shown = 'all' | 'failures' | 'successes';

/** Finds results by text in any part of them, whatever its case; the texts are put together at the first search. */
export function searcher(
  items: readonly ResultData[],
): (text: string, shown: Shown) => readonly ResultData[] {
  let texts: readonly string[] | null = null;
  return (text, shown) => {
    const wanted = text.trim().toLowerCase();
    if (wanted !== '') texts ??= items.map((item) => textOf(item).toLowerCase());
    return items.filter((item, index) => isShown(item, shown) && (texts?.[index] ?? '').includes(wanted));
  };
}

export function isFailure({ success, outcome }: ResultData): boolean {
  return !success || outcome !== 'acked';
}

function isShown(item: ResultData, shown: Shown): boolean {
  return shown === 'all' || isFailure(item) === (shown === 'failures');
}

function textOf({ thread, label, at, outcome, failure, request, response }: ResultData): string {
  const parts = [thread, label, at, outcome, failure ?? '', messageText(request)];
  return [...parts, response === null ? '' : messageText(response)].join('\n');
}

function messageText({ line, headers, body }: MessageData): string {
  return [line, ...headers.map(([name, value]) => `${name}: ${value}`), body ?? ''].join('\n');
}
