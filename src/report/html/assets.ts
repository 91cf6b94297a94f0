import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { QblError } from '../../error.ts';
import { PACKAGE_FOLDER } from '../../package-folder.ts';
import type { PageAssets } from './document.ts';
import { PAGE_STYLE } from './page-style.ts';

/** The built script of the page. */
const PAGE = new URL('dist/page.js', PACKAGE_FOLDER);

/**
 * The page's script and style, with the library that draws its charts.
 * @throws QblError 'environment' if the library is not installed
 */
export async function pageAssets(): Promise<PageAssets> {
  const library = chartLibrary();
  const [plot, plotStyle, page] = await Promise.all([
    readFile(join(library, 'uPlot.iife.min.js'), 'utf8'),
    readFile(join(library, 'uPlot.min.css'), 'utf8'),
    readFile(PAGE, 'utf8'),
  ]);
  return { script: `${plot}\n${page}`, style: `${plotStyle}\n${PAGE_STYLE}` };
}

/** The folder of the library that draws the charts. */
function chartLibrary(): string {
  try {
    return dirname(createRequire(import.meta.url).resolve('uplot'));
  } catch (cause) {
    throw new QblError('environment', 'cannot write the report: the package "uplot" is not installed', {
      hint: 'Install it with: npm ci',
      cause,
    });
  }
}
