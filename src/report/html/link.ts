import { readFile } from 'node:fs/promises';

/**
 * Links an ES module and its imports into one classic script. Each module becomes a function. A browser loads no modules
 * for a page that is opened from a file, and the policy of the page allows only one script.
 *
 * It supports what tsc writes for our page: relative imports by name, and exports at the declaration.
 */
export async function linkedScript(entry: URL): Promise<string> {
  const linked = new Map<string, string>();
  await link(entry, linked);
  return `'use strict';\n(() => {\nconst modules = {};\n${[...linked.values()].join('')}})();\n`;
}

const IMPORT = /^import \{([^}]*)\} from '(\.[^']+)';$/gm;
const EXPORT = /^export (?=(?:async )?(?:function\*?|const|let|class) (\w+))/gm;

/** Links the imports of a module before the module. `npm run layers` finds circular imports. */
async function link(module: URL, linked: Map<string, string>): Promise<void> {
  if (linked.has(module.href)) return;
  const code = await readFile(module, 'utf8');
  for (const [, , from = ''] of code.matchAll(IMPORT)) await link(new URL(from, module), linked);
  linked.set(module.href, wrapped(code, module));
}

function wrapped(code: string, module: URL): string {
  const exported = [...code.matchAll(EXPORT)].map(([, name]) => name);
  const body = code
    .replace(IMPORT, (_, names: string, from: string) => {
      return `const {${names.replaceAll(' as ', ': ')}} = ${slot(new URL(from, module))};`;
    })
    .replace(EXPORT, '');
  if (/^(import|export)\b/m.test(body))
    throw new TypeError(`${module.href} has an unsupported form of import or export`);
  return `${slot(module)} = (() => {\n${body}\nreturn { ${exported.join(', ')} };\n})();\n`;
}

const slot = (module: URL) => `modules[${JSON.stringify(module.pathname.split('/').slice(-2).join('/'))}]`;
