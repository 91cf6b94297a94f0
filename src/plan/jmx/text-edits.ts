/** A change of a text: a new text in place of the characters between two indexes. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Returns the text with all edits. Edits at the same place keep their order. */
export function edited(text: string, edits: readonly Edit[]): string {
  let written = '';
  let from = 0;
  for (const edit of edits.toSorted((a, b) => a.from - b.from)) {
    written += text.slice(from, edit.from) + edit.text;
    from = edit.to;
  }
  return written + text.slice(from);
}
