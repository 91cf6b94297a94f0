const ENTITIES: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes text for HTML and XML, between tags or in a quoted attribute. */
export function escapedText(text: string): string {
  return text.replace(/[<>&"']/g, (character) => ENTITIES[character] ?? '');
}
