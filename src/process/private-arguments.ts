/** Each argument gets its own variable, because Linux limits the length of each variable (execve(2)). */
const PREFIX = 'QBL_CHILD_ARGUMENT_';

/** Passes arguments to a child through its environment. Other users cannot read the environment (proc(5)). */
export function privateEnvironment(args: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(args.map((arg, index) => [`${PREFIX}${index}`, arg]));
}

/** Removes the arguments from the environment, so that the child's own children do not get them. */
export function takePrivateArguments(env: NodeJS.ProcessEnv): string[] {
  const args: string[] = [];
  for (let index = 0; ; index++) {
    const arg = env[`${PREFIX}${index}`];
    if (arg === undefined) return args;
    args.push(arg);
    delete env[`${PREFIX}${index}`];
  }
}
