import { InvalidArgumentError } from 'commander';
import { readBoundedFileSync } from '../../../bounded-file.ts';
import { QblError } from '../../../error.ts';

/** Headers beside those of the command line, which other users of the machine can see: one line for each. */
export const HEADERS_VARIABLE = 'QBL_HEADERS';

/** More than any server takes. */
const MAX_FILE_BYTES = 256 * 1024;

export type Headers = Readonly<Record<string, string>>;
type ParseHeader = (line: string, before: Headers) => Headers;

/** Whether a value of --header names a file that has the headers, as curl's does. */
export function isHeaderFile(text: string): boolean {
  return text.startsWith('@');
}

/** The headers of a file that is named as `@file`. */
export function headersOfFile(text: string, parse: ParseHeader): Headers {
  const file = text.slice(1);
  const lines = readBoundedFileSync('the headers of --header', file, MAX_FILE_BYTES);
  return headersOfLines(lines, parse, (line) => `line ${line} of '${file}' is no header that can be sent`);
}

/** @throws QblError 'usage', which never repeats a value */
export function headersOfEnvironment(env: NodeJS.ProcessEnv, parse: ParseHeader): Headers {
  const text = env[HEADERS_VARIABLE] ?? '';
  try {
    return headersOfLines(text, parse, (line) => `line ${line} of it is no header that can be sent`);
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
