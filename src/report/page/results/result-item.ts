import { plural } from '../../../plural.ts';
import { formatCount } from '../../figures.ts';
import type { MessageData, ResultData } from '../../html/report-data.ts';
import { type DomChild, element } from '../dom.ts';
import { visible } from '../text.ts';
import { indentedJson } from './json-text.ts';
import { isFailure } from './search.ts';

const UNTRACED = 'This request was not traced. qbl rebuilt it from its row in samples.jtl and from the plan.';

/** Returns the anchor of a result, for links within the page. */
export const anchorOf = (key: string): string => `request-${key}`;

/** Creates one result: a line that the user can open to see the request and the response. */
export function resultItem(result: ResultData): HTMLElement {
  const failed = isFailure(result);
  const details = element(
    'details',
    {},
    element(
      'summary',
      {},
      element('span', { class: failed ? 'sign fail' : 'sign pass' }, failed ? '✗' : '✓'),
      element(
        'span',
        { class: 'answer' },
        ...result.kinds.map((kind) => element('strong', { class: 'kind' }, kind)),
        visible(result.response?.line ?? result.failure ?? 'no response'),
      ),
      element('span', { class: 'label' }, visible(result.label)),
      element('span', { class: 'muted' }, ...placeNodes(result)),
      element('span', { class: 'figure' }, `${formatCount(result.elapsedMs)} ms`),
    ),
  );
  details.addEventListener('toggle', () => {
    if (details.open && details.childElementCount === 1) details.append(contentOf(result));
  });
  const id = result.key === null ? {} : { id: anchorOf(result.key) };
  return element('li', { ...id, class: failed ? 'failed' : '' }, details);
}

/**
 * Returns thread and loop. The name of a thread group can be text from right to left, which would reverse the numbers
 * after it. So the name is isolated (https://www.w3.org/International/articles/inline-bidi-markup/).
 */
function placeNodes({ thread, loop }: ResultData): DomChild[] {
  const [, name = thread, numbers = ''] = /^(.*)( \d+-\d+)$/s.exec(thread) ?? [];
  return [element('bdi', {}, visible(name)), `${numbers}, loop ${loop}`];
}

function contentOf({ at, outcome, failure, isTraced, request, response }: ResultData): HTMLElement {
  return element(
    'div',
    { class: 'content' },
    element(
      'p',
      { class: 'note' },
      `${outcome}, sent ${at}${failure === null ? '' : `: ${visible(failure)}`}`,
    ),
    ...(isTraced ? [] : [element('p', { class: 'note' }, UNTRACED)]),
    messageOf('Request', request),
    response === null
      ? element('p', { class: 'note' }, 'No response was received.')
      : messageOf('Response', response),
  );
}

function messageOf(title: string, { line, headers, body, bodyBytes, missing }: MessageData): HTMLElement {
  const head = [line, ...headers.map(([name, value]) => `${name}: ${value}`)].map(visible).join('\n');
  return element(
    'section',
    { 'aria-label': title },
    element('h4', {}, title),
    captured(`${title}: head`, head),
    ...(body === null
      ? [element('p', { class: 'note' }, missing ?? 'No body.')]
      : bodyNodes(title, body, bodyBytes, missing)),
  );
}

function bodyNodes(title: string, body: string, bodyBytes: number, missing: string | null): HTMLElement[] {
  const indented = indentedJson(body);
  const shown = new TextEncoder().encode(body).length;
  const parts = [
    plural(bodyBytes, 'byte'),
    ...(shown < bodyBytes ? [`cut to ${formatCount(shown)}`] : []),
    ...(indented === null ? [] : ['indented for reading']),
  ];
  return [
    captured(`${title}: body`, visible(indented ?? body)),
    element('p', { class: 'note' }, missing ?? parts.join(', ')),
  ];
}

/** Creates a box with captured text. Each line has its own writing direction. */
function captured(name: string, text: string): HTMLElement {
  return element('pre', { dir: 'auto', tabindex: '0', role: 'region', 'aria-label': name }, text);
}
