import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Browser, chromium as driver } from 'playwright-core';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Debian's Chromium, or the one that QBL_CHROMIUM names; root gets it installed where it is missing. */
export async function launchChromium(): Promise<Browser> {
  if (found() === undefined) install();
  const executablePath = found();
  if (executablePath === undefined) {
    throw new Error("no Chromium: install Debian's package chromium, or set QBL_CHROMIUM to the program");
  }
  const isRoot = process.getuid?.() === 0;
  return driver.launch({ executablePath, args: isRoot ? ['--no-sandbox'] : [] });
}

function found(): string | undefined {
  return [process.env['QBL_CHROMIUM'] ?? '', ...PATHS].find((path) => path !== '' && existsSync(path));
}

function install(): void {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore' });
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'], {
    stdio: 'ignore',
  });
}
