/**
 * Prefix of the environment variables that carry private arguments. Each argument has its own variable,
 * because Linux limits the length of one variable (execve(2)).
 */
const PREFIX = 'QBL_CHILD_ARGUMENT_';

/**
 * Returns environment variables that pass the arguments to a child. Other users cannot read a process's environment
 * (proc(5)).
 */
export function privateEnvironment(args: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(args.map((arg, index) => [`${PREFIX}${index}`, arg]));
}

/** Reads the arguments and removes them from the environment, so that children of this process do not get them. */
export function takePrivateArguments(env: NodeJS.ProcessEnv): string[] {
  const args: string[] = [];
  for (let index = 0; ; index++) {
    const arg = env[`${PREFIX}${index}`];
    if (arg === undefined) return args;
    args.push(arg);
    delete env[`${PREFIX}${index}`];
  }
}
