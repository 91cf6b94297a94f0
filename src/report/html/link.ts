import { readFile } from 'node:fs/promises';

/**
 * Makes one classic script of an ES module and those that it imports, each in a function of its own. A page that is
 * opened from a file may not load modules, and a policy that names one hash allows one script.
 *
 * It reads what tsc writes of our own page: imports of relative modules by name, and exports where they are declared.
 */
export async function linkedScript(entry: URL): Promise<string> {
  const linked = new Map<string, string>();
  await link(entry, linked);
  return `'use strict';\n(() => {\nconst modules = {};\n${[...linked.values()].join('')}})();\n`;
}

const IMPORT = /^import \{([^}]*)\} from '(\.[^']+)';$/gm;
const EXPORT = /^export (?=(?:async )?(?:function\*?|const|let|class) (\w+))/gm;

/** Those that it imports come first; a circle would be found by the check of layers. */
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
    throw new TypeError(`${module.href} has an import or export of another form`);
  return `${slot(module)} = (() => {\n${body}\nreturn { ${exported.join(', ')} };\n})();\n`;
}

const slot = (module: URL) => `modules[${JSON.stringify(module.pathname.split('/').slice(-2).join('/'))}]`;
