import { formatCount } from '../figures.ts';
import type { MessageData, ResultData } from '../html/report-data.ts';
import { element } from './dom.ts';
import { isFailure } from './search.ts';
import { visible } from './text.ts';

/** One result: a line that opens to its request and response. */
export function resultItem(result: ResultData): HTMLElement {
  const failed = isFailure(result);
  const details = element(
    'details',
    {},
    element(
      'summary',
      {},
      element('span', { class: failed ? 'sign fail' : 'sign pass' }, failed ? '✗' : '✓'),
      element('span', { class: 'answer' }, visible(result.response?.line ?? result.failure ?? 'no response')),
      element('span', { class: 'label' }, visible(result.label)),
      element('span', { class: 'muted' }, visible(`${result.thread}, loop ${result.loop}`)),
      element('span', { class: 'figure' }, `${formatCount(result.elapsedMs)} ms`),
    ),
  );
  details.addEventListener('toggle', () => {
    if (details.open && details.childElementCount === 1) details.append(contentOf(result));
  });
  return element('li', { class: failed ? 'failed' : '' }, details);
}

function contentOf({ at, outcome, failure, request, response }: ResultData): HTMLElement {
  return element(
    'div',
    { class: 'content' },
    element(
      'p',
      { class: 'note' },
      `${outcome}, sent ${at}${failure === null ? '' : `: ${visible(failure)}`}`,
    ),
    messageOf('Request', request),
    response === null
      ? element('p', { class: 'note' }, 'No response came.')
      : messageOf('Response', response),
  );
}

function messageOf(title: string, { line, headers, body, bodyBytes }: MessageData): HTMLElement {
  const head = [line, ...headers.map(([name, value]) => `${name}: ${value}`)].map(visible).join('\n');
  return element(
    'section',
    { 'aria-label': title },
    element('h4', {}, title),
    captured(`${title}: head`, head),
    ...(body === null
      ? [element('p', { class: 'note' }, 'No body.')]
      : [captured(`${title}: body`, visible(body)), bodyNote(body, bodyBytes)]),
  );
}

/** Text of others, each line in its own direction. */
function captured(name: string, text: string): HTMLElement {
  return element('pre', { dir: 'auto', tabindex: '0', role: 'region', 'aria-label': name }, text);
}

function bodyNote(body: string, bodyBytes: number): HTMLElement {
  const shown = new TextEncoder().encode(body).length;
  const cut = shown < bodyBytes ? `, cut after ${formatCount(shown)}` : '';
  return element('p', { class: 'note' }, `${formatCount(bodyBytes)} bytes${cut}`);
}
