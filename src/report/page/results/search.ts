import type { MessageData, ResultData } from '../../html/report-data.ts';

/** The choices of results: all, failures, successes, or one outcome. */
export const SHOWN = ['all', 'failures', 'successes', 'acked', 'rejected', 'indeterminate'] as const;
export type Shown = (typeof SHOWN)[number];

export interface Filter {
  readonly text: string;
  readonly shown: Shown;
  /** The problem of the message, such as `lost`. Empty to find messages with or without a problem. */
  readonly kind: string;
}

/**
 * Returns a function that finds results by text in any of their parts, ignoring upper and lower case. The
 * first search prepares the texts.
 */
export function searcher(items: readonly ResultData[]): (filter: Filter) => readonly ResultData[] {
  let texts: readonly string[] | null = null;
  return ({ text, shown, kind }) => {
    const wanted = text.trim().toLowerCase();
    if (wanted !== '') texts ??= items.map((item) => textOf(item).toLowerCase());
    return items.filter(
      (item, index) =>
        isShown(item, shown) &&
        (kind === '' || item.kinds.includes(kind)) &&
        (texts?.[index] ?? '').includes(wanted),
    );
  };
}

export function isFailure({ success, outcome }: ResultData): boolean {
  return !success || outcome !== 'acked';
}

function isShown(item: ResultData, shown: Shown): boolean {
  if (shown === 'all') return true;
  if (shown === 'failures' || shown === 'successes') return isFailure(item) === (shown === 'failures');
  return item.outcome === shown;
}

function textOf({ thread, loop, label, at, outcome, kinds, failure, request, response }: ResultData): string {
  const place = `${thread}, loop ${loop}`;
  const parts = [place, label, at, outcome, ...kinds, failure ?? '', messageText(request)];
  return [...parts, response === null ? '' : messageText(response)].join('\n');
}

function messageText({ line, headers, body }: MessageData): string {
  return [line, ...headers.map(([name, value]) => `${name}: ${value}`), body ?? ''].join('\n');
}
