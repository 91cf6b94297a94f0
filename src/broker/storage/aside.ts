import { access, open, rename } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { isSystemError } from '../error.ts';
import { syncDirectory } from './atomic-file.ts';
import type { LogFile } from './log-file.ts';
import { readFully } from './window.ts';

const COPY_BYTES = 1024 * 1024;

/** Truncates the file at the position. First copies the cut-off bytes to a separate file, and returns its path. */
export async function cutTail(file: LogFile, path: string, position: number): Promise<string> {
  const copy = await freeName(`${path}.cut-at-${position}`);
  await copyTail(file, copy, position);
  await syncDirectory(dirname(path));
  await file.truncate(position);
  await file.datasync();
  return copy;
}

/** Renames a damaged file or folder so that the broker ignores it. Returns its new path. */
export async function moveAside(path: string): Promise<string> {
  const target = await freeName(`${path}.aside`);
  await rename(path, target);
  await syncDirectory(dirname(path));
  return target;
}

async function copyTail(file: LogFile, target: string, from: number): Promise<void> {
  const handle = await open(target, 'wx');
  try {
    for (let position = from; ; ) {
      const piece = await readFully(file, position, COPY_BYTES);
      if (piece.length === 0) break;
      await handle.writeFile(piece);
      position += piece.length;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function freeName(path: string): Promise<string> {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? path : `${path}-${number}`;
    if (!(await exists(candidate))) return candidate;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return false;
    throw error;
  }
}

/** Whether `cutTail` could have given this name to a file that it cut from `path`. */
export function isCutOf(name: string, path: string): boolean {
  return name.startsWith(`${basename(path)}.cut-at-`);
}
