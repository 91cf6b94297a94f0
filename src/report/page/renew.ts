/** Elements that update themselves, so `renew` must not change them. */
const kept = new WeakSet<Node>();
const standIns = new WeakMap<Node, Node>();

/** Marks an element that `renew` must not change. */
export function keep<T extends Element>(element: T): T {
  kept.add(element);
  return element;
}

/**
 * Returns the element for use in a newer tree of nodes. If the element is already in the page, returns a placeholder,
 * and `renew` leaves the element where it is.
 */
export function inPlace(element: Element): Element {
  if (!element.isConnected) return element;
  const standIn = document.createElement('template');
  standIns.set(standIn, element);
  return standIn;
}

/**
 * Replaces the children of an element by newer nodes. A node of the same kind is changed instead of replaced. So it
 * keeps the focus, the scroll position, and what the user has opened.
 */
export function renew(parent: Element, nodes: Iterable<Node>): void {
  let next: ChildNode | null = parent.firstChild;
  for (const node of [...nodes]) {
    const old = counterpart(next, node);
    if (old === null) parent.insertBefore(standIns.get(node) ?? node, next);
    else {
      while (next !== null && next !== old) next = removed(next);
      renewNode(old, node);
      next = old.nextSibling;
    }
  }
  while (next !== null) next = removed(next);
}

/** Returns the first old node, from `from` on, that can be changed to the newer node. */
function counterpart(from: ChildNode | null, node: Node): ChildNode | null {
  const wanted = standIns.get(node);
  for (let each = from; each !== null; each = each.nextSibling)
    if (wanted === undefined ? isAlike(each, node) : each === wanted) return each;
  return null;
}

function removed(node: ChildNode): ChildNode | null {
  const { nextSibling } = node;
  node.remove();
  return nextSibling;
}

function isAlike(old: Node, node: Node): boolean {
  if (kept.has(old) || kept.has(node) || old.nodeName !== node.nodeName) return false;
  return !(old instanceof Element && node instanceof Element) || old.id === node.id;
}

function renewNode(old: Node, node: Node): void {
  if (kept.has(old) || standIns.has(node)) return;
  if (old instanceof Element && node instanceof Element) {
    renewAttributes(old, node);
    renew(old, node.childNodes);
  } else if (old.nodeValue !== node.nodeValue) old.nodeValue = node.nodeValue;
}

/** Updates the attributes of a node. Does not change the attribute `open`, because the user opens and closes nodes. */
function renewAttributes(old: Element, { attributes }: Element): void {
  for (const { name } of [...old.attributes])
    if (attributes.getNamedItem(name) === null && name !== 'open') old.removeAttribute(name);
  for (const { name, value } of attributes)
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
}
