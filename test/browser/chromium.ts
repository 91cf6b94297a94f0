import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Browser, chromium as driver } from 'playwright-core';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Starts Debian's Chromium, or the program in QBL_CHROMIUM. If Chromium is missing and the user is root, installs it. */
export async function launchChromium(): Promise<Browser> {
  if (found() === undefined) install();
  const executablePath = found();
  if (executablePath === undefined) {
    throw new Error(
      'Chromium was not found: install the Debian package "chromium", or set QBL_CHROMIUM to the path of the program',
    );
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
