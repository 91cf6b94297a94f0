/** What the rows and copies of messages with a token say about contents. */
export class ContentCounts {
  /** Number of messages of which the plan compares no content. */
  notCompared = 0;
  /** Number of rows without the hash of a content that the plan compares. */
  hashesMissing = 0;
  /** Number of copies whose content differs from the content in their row. They count as corrupt. */
  differing = 0;

  /** @param content the first bits of the hash; null if the row has none */
  addRow(isCompared: boolean, content: number | null): void {
    if (!isCompared) this.notCompared++;
    else if (content === null) this.hashesMissing++;
  }
}
