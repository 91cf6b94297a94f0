/**
 * Removes `.` and `..` from a path as Java does when it resolves a relative URL (URLStreamHandler.java, parseURL). Java
 * keeps a `..` at the start of the path.
 */
export function javaPath(text: string): string {
  let path = text;
  while (path.includes('/./')) path = path.replace('/./', '/');
  path = withoutInnerParents(path);
  while (path.endsWith('/..')) {
    const parent = path.indexOf('/..');
    const before = parent === 0 ? -1 : path.lastIndexOf('/', parent - 1);
    if (before < 0) break;
    path = path.slice(0, before + 1);
  }
  return path.endsWith('/.') ? path.slice(0, -1) : path;
}

function withoutInnerParents(text: string): string {
  let path = text;
  let at = path.indexOf('/../');
  while (at >= 0) {
    const before = at === 0 ? -1 : path.lastIndexOf('/', at - 1);
    if (before >= 0 && path.indexOf('/../', before) !== 0) {
      path = path.slice(0, before) + path.slice(at + 3);
      at = 0;
    } else at += 3;
    at = path.indexOf('/../', at);
  }
  return path;
}
