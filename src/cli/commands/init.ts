import { constants } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { Command } from 'commander';
import { EXIT_CODES, type ExitCode, QblError } from '../../error.ts';
import { makeFolders } from '../../folders.ts';
import { DEFAULT_PLAN, PACKAGED_PLANS, PLAN_SCHEMA } from '../../plan/packaged.ts';
import { printable } from '../../printable.ts';
import { shellWord } from '../../shell-word.ts';
import type { Context } from '../context.ts';
import { examples } from '../options/shared/examples.ts';
import type { Choose } from '../work.ts';

/** Maximum length of a path on Linux. */
const MAX_NAME_LENGTH = 4_096;

export function initCommand(choose: Choose): Command {
  return new Command('init')
    .description(
      'Writes a plan with comments, to start from. Also writes its JSON Schema, which lets editors complete and check the plan.',
    )
    .argument('[file]', 'plan file to write', DEFAULT_PLAN)
    .addHelpText('after', examples('qbl init', 'qbl init plans/orders.yaml'))
    .action((file: string) => choose((context) => init(file, context)));
}

async function init(file: string, { directory, out }: Context): Promise<ExitCode> {
  const target = resolve(directory, file);
  try {
    await makeFolders(dirname(target));
    await copyFile(join(PACKAGED_PLANS, 'stress.yaml'), target, constants.COPYFILE_EXCL);
    await copyFile(join(PACKAGED_PLANS, PLAN_SCHEMA), join(dirname(target), PLAN_SCHEMA));
  } catch (error) {
    throw initError(error as NodeJS.ErrnoException, file);
  }
  const name = printable(relative(directory, target), MAX_NAME_LENGTH);
  out.line(`wrote ${name}`);
  out.line(`send it with: qbl run --plan ${shellWord(name)}`);
  return EXIT_CODES.held;
}

function initError(error: NodeJS.ErrnoException, file: string): QblError {
  if (error.code === 'EEXIST') {
    return new QblError('usage', `the file "${file}" already exists`, {
      hint: 'Choose another file: qbl init plans/mine.yaml',
    });
  }
  return new QblError('environment', `cannot write ${file}: ${error.message}`);
}
