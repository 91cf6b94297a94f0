/** Preloaded into a process that is measured: writes the most memory that it has had resident, in KiB. */
import { writeFileSync } from 'node:fs';

process.on('exit', () => writeFileSync(process.env.MAX_RSS_FILE, String(process.resourceUsage().maxRSS)));
