import { ExpressionError } from '../../expression.ts';
import { trimmedAsInJava } from '../java-trim.ts';
import { RunMemory } from '../run-memory.ts';
import type { RunTimeFunctions } from '../run-time-function.ts';
import { bytesOfFile, encodingNamed, linesOfFile, textOfFile } from './text-file.ts';

/** The variable that JMeter sets without a name (StringFromFile.java). */
const STANDARD_NAME = 'StringFromFile_';

/** What JMeter sends if it cannot read a file. */
const UNREADABLE = '**ERR**';

/** Functions that read files. */
export const FILE_FUNCTIONS: RunTimeFunctions = {
  __FileToString: {
    parameters: [1, 3],
    stores: 2,
    constants: [1],
    isPure: true,
    call: ([file = '', encoding = ''], { variables }) =>
      textOfFile(file, encodingNamed(trimmedAsInJava(encoding)), variables.run) ?? UNREADABLE,
    check: ([file, encoding]) => {
      encodingNamed(trimmedAsInJava(encoding ?? ''));
      if (typeof file === 'string') bytesOfFile(file);
    },
  },
  __StringFromFile: {
    parameters: [1, 4],
    sets: 1,
    constants: [0],
    call: ([file = '', name = STANDARD_NAME], { variables }, place) => {
      const lines = linesOfFile(file, variables.run);
      const line = lines[(variables.run.count(place, null) - 1) % lines.length] ?? UNREADABLE;
      const variable = trimmedAsInJava(name);
      if (variable !== '') variables.set(variable, line);
      return line;
    },
    check: ({ length, 0: file }) => {
      if (length > 2) throw new ExpressionError('a sequence of files is not supported');
      linesOfFile(file ?? '', new RunMemory());
    },
  },
};
