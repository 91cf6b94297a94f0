import { InvalidArgumentError } from 'commander';
import { readBoundedFileSync } from '../../../bounded-file.ts';
import { QblError } from '../../../error.ts';

/**
 * Name of the environment variable that contains one header per line. Other users can see a command line, but not the
 * environment.
 */
export const HEADERS_VARIABLE = 'QBL_HEADERS';

/** Maximum size of a file with headers. No server accepts larger headers. */
const MAX_FILE_BYTES = 256 * 1024;

export type Headers = Readonly<Record<string, string>>;
type ParseHeader = (line: string, before: Headers) => Headers;

/** Whether a value of --header names a file, written `@file` as in curl. */
export function isHeaderFile(text: string): boolean {
  return text.startsWith('@');
}

export function headersOfFile(text: string, parse: ParseHeader): Headers {
  const file = text.slice(1);
  const lines = readBoundedFileSync('the headers of --header', file, MAX_FILE_BYTES);
  return headersOfLines(lines, parse, (line) => `line ${line} of '${file}' is not a valid header`);
}

/**
 * Reads the headers from the environment variable.
 * @throws QblError 'usage'; the message never contains a header value
 */
export function headersOfEnvironment(env: NodeJS.ProcessEnv, parse: ParseHeader): Headers {
  const text = env[HEADERS_VARIABLE] ?? '';
  try {
    return headersOfLines(text, parse, (line) => `line ${line} is not a valid header`);
  } catch (cause) {
    if (!(cause instanceof InvalidArgumentError)) throw cause;
    throw new QblError('usage', `${HEADERS_VARIABLE}: ${cause.message}`, { cause });
  }
}

function headersOfLines(text: string, parse: ParseHeader, mistake: (line: number) => string): Headers {
  return text.split(/\r?\n/).reduce<Headers>((before, line, index) => {
    if (line.trim() === '') return before;
    try {
      return parse(line, before);
    } catch {
      throw new InvalidArgumentError(
        `${mistake(index + 1)}. Expected a header such as "Authorization: Bearer ...".`,
      );
    }
  }, {});
}
