/** One variable for each argument: Linux bounds the length of each as it bounds that of an argument (execve(2)). */
const PREFIX = 'QBL_CHILD_ARGUMENT_';

/** Arguments that a process hands to a child in its environment, which other users cannot read (proc(5)). */
export function privateEnvironment(args: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(args.map((arg, index) => [`${PREFIX}${index}`, arg]));
}

/** Takes them out of the environment, so that the child's own children do not get them. */
export function takePrivateArguments(env: NodeJS.ProcessEnv): string[] {
  const args: string[] = [];
  for (let index = 0; ; index++) {
    const arg = env[`${PREFIX}${index}`];
    if (arg === undefined) return args;
    args.push(arg);
    delete env[`${PREFIX}${index}`];
  }
}
