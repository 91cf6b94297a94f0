const ENTITIES: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text between tags, or in an attribute with quotes. */
export function escapedText(text: string): string {
  return text.replace(/[<>&"']/g, (character) => ENTITIES[character] ?? '');
}
