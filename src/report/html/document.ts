import { createHash } from 'node:crypto';
import { escapedText } from '../escaped-text.ts';
import { escapedJson } from './embed.ts';
import type { ReportData } from './report-data.ts';
import { titleOf } from './title.ts';

export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

export interface DocumentOptions {
  /** The URL of server-sent events with newer data. Null if the page never changes. */
  readonly liveUrl: string | null;
}

/**
 * Returns the page as one file that opens offline. Its security policy allows only the script and the style
 * whose hashes it names.
 */
export function reportDocument(
  data: ReportData,
  { script, style }: PageAssets,
  { liveUrl }: DocumentOptions = { liveUrl: null },
): string {
  if (/<\/(script|style)|<!--/i.test(script + style))
    throw new TypeError('the script or the style of the page contains "</script", "</style" or "<!--"');
  const live = liveUrl === null ? '' : `\n<meta name="live" content="${escapedText(liveUrl)}">`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy({ script, style }, liveUrl)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">${live}
<title>${escapedText(titleOf(data))}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<noscript>This report needs JavaScript, which is turned off in this browser.</noscript>
<div id="report"></div>
<script type="application/json" id="data">${escapedJson(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

function policy({ script, style }: PageAssets, liveUrl: string | null): string {
  return [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    ...(liveUrl === null ? [] : ["connect-src 'self'"]),
  ].join('; ');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
