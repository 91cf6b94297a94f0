/**
 * The folder of this package, as a URL that ends with a slash. The files in src/ and the built files in dist/ are at the
 * same depth below it. All paths to files of the package begin here.
 */
export const PACKAGE_FOLDER = new URL('..', import.meta.url);
