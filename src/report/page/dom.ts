export type DomChild = Node | string;

/** Creates an element with attributes and children. A text becomes a text node, so markup in it has no effect. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly DomChild[]
): HTMLElementTagNameMap[Tag] {
  const created = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) created.setAttribute(name, value);
  created.append(...children);
  return created;
}

const SVG = 'http://www.w3.org/2000/svg';

export function svgElement(
  tag: string,
  attributes: Readonly<Record<string, string>>,
  ...children: Node[]
): SVGElement {
  const created = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) created.setAttribute(name, value);
  created.append(...children);
  return created;
}

/**
 * Creates a table in a box that scrolls sideways. Columns with an index in `textColumns` have text, the others have
 * figures.
 */
export function table(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly DomChild[])[],
  textColumns: readonly number[] = [0],
): HTMLElement {
  const kind = (column: number) => (textColumns.includes(column) ? 'text' : 'figure');
  const cells = (row: readonly DomChild[]) =>
    row.map((cell, column) =>
      column === 0
        ? element('th', { scope: 'row', class: kind(column) }, cell)
        : element('td', { class: kind(column) }, cell),
    );
  return element(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    element(
      'table',
      {},
      element('caption', {}, caption),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...columns.map((name, column) => element('th', { scope: 'col', class: kind(column) }, name)),
        ),
      ),
      element('tbody', {}, ...rows.map((row) => element('tr', {}, ...cells(row)))),
    ),
  );
}

export function facts(list: readonly { readonly name: string; readonly value: string }[]): HTMLElement {
  return element(
    'dl',
    { class: 'facts' },
    ...list.map(({ name, value }) => element('div', {}, element('dt', {}, name), element('dd', {}, value))),
  );
}
