import { Presets } from 'cli-progress';

const BAR_COLUMNS = 20;
/** Minimum width of the bar, because a shorter bar shows too little. */
const LEAST_BAR_COLUMNS = 5;

export interface ProgressLine {
  readonly title: string;
  /** Finished part of the work, from 0 to 1. Null if it is not known. */
  readonly share: number | null;
  readonly text: string;
}

/** Writes a line of progress. On a narrow terminal the bar is shorter or missing, so that the text fits. */
export function progressText({ title, share, text }: ProgressLine, columns: number | null): string {
  const left = (columns ?? Number.POSITIVE_INFINITY) - title.length - text.length - 2;
  const width = Math.min(BAR_COLUMNS, left);
  const bar = share === null || width < LEAST_BAR_COLUMNS ? [] : [barText(share, width)];
  return [title, ...bar, text].join(' ');
}

function barText(share: number, width: number): string {
  const { barCompleteChar, barIncompleteChar } = Presets.shades_classic;
  const complete = Math.round(Math.min(1, Math.max(0, share)) * width);
  return barCompleteChar.repeat(complete) + barIncompleteChar.repeat(width - complete);
}
