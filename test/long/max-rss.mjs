/** Preload this into a process to measure its memory. Writes its maximum resident memory, in KiB. */
import { writeFileSync } from 'node:fs';

process.on('exit', () => writeFileSync(process.env.MAX_RSS_FILE, String(process.resourceUsage().maxRSS)));
