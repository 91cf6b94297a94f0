import { createHash } from 'node:crypto';
import { cp, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached, isCached } from '../../test/services/cache.ts';
import { runTool } from '../../test/services/run-tool.ts';
import { requireTools, type Tool } from '../../test/services/tools.ts';
import { type Figures, peer, type Side } from './comparison.ts';
import { type Missing, orMissing } from './missing.ts';
import type { Settings } from './settings.ts';

export const AUTOCANNON = fileURLToPath(import.meta.resolve('autocannon'));
export const NAIVE_PROXY = resolve('examples/exercise/naive-proxy.js');
export const K6_SCRIPT = resolve('bench/peers/k6/post.js');

/** A program that is built from its source, once for each version. */
interface Peer {
  readonly name: string;
  /** Name of the folder in the cache, with the version. */
  readonly folder: string;
  /** Path of the built program, relative to its folder in the cache. */
  readonly program: string;
  readonly tool: Tool;
  build(folder: string): Promise<void>;
}

const OHA_VERSION = '1.16.0';
const K6_VERSION = '1.8.1';
const GO_PROXY = resolve('bench/peers/go-proxy');
const GO_PROXY_SOURCES = ['main.go', 'go.mod', 'go.sum'];

const OHA: Peer = {
  name: 'oha',
  folder: `oha-${OHA_VERSION}`,
  program: 'bin/oha',
  tool: 'cargo',
  build: async (folder) => {
    const target = join(folder, 'target');
    await runTool('cargo', ['install', 'oha', '--version', OHA_VERSION, '--locked', '--root', folder], {
      cwd: folder,
      env: { CARGO_TARGET_DIR: target },
    });
    await rm(target, { recursive: true });
  },
};

const K6: Peer = {
  name: 'k6',
  folder: `k6-${K6_VERSION}`,
  program: 'k6',
  tool: 'go',
  build: (folder) =>
    runTool('go', ['install', `go.k6.io/k6@v${K6_VERSION}`], {
      cwd: folder,
      env: { GOBIN: folder, CGO_ENABLED: '0' },
    }),
};

async function goProxy(): Promise<Peer> {
  const hash = createHash('sha256');
  for (const file of GO_PROXY_SOURCES) hash.update(await readFile(join(GO_PROXY, file)));
  return {
    name: 'Go with franz-go',
    folder: `go-proxy-${hash.digest('hex').slice(0, 12)}`,
    program: 'go-proxy',
    tool: 'go',
    build: async (folder) => {
      await cp(GO_PROXY, folder, { recursive: true });
      await runTool('go', ['build', '-o', 'go-proxy', '.'], { cwd: folder });
    },
  };
}

/** The path of the program of a peer (a tool with which qbl is compared), or why the program is missing. */
export type Found = { readonly name: string; readonly program: string } | Missing;

export const oha = (settings: Settings) => find(OHA, settings);
export const k6 = (settings: Settings) => find(K6, settings);
export const findGoProxy = async (settings: Settings) => find(await goProxy(), settings);

/** Returns a peer (a tool with which qbl is compared) as a program to measure, or why the peer is missing. */
export function withProgram(found: Found, measure: (program: string) => Promise<Figures>): Side | Missing {
  return 'missing' in found ? found : peer(found.name, () => measure(found.program));
}

/**
 * For each peer (a tool with which qbl is compared): the path of its program, or why it is missing. A failed build is
 * not tried again, because a build takes minutes.
 */
const known = new Map<string, Promise<Found>>();

function find(peer: Peer, settings: Settings): Promise<Found> {
  const found = known.get(peer.folder) ?? provide(peer, settings);
  known.set(peer.folder, found);
  return found;
}

async function provide({ name, folder, program, tool, build }: Peer, settings: Settings): Promise<Found> {
  const found = await orMissing(name, async () => {
    if (!isCached(folder)) {
      if (!settings.buildsPeers) throw new Error(`${name} is not built yet`);
      requireTools(tool);
      process.stderr.write(`building ${name}, which can take minutes\n`);
    }
    return cached(folder, build);
  });
  return typeof found === 'string' ? { name, program: join(found, program) } : found;
}
