import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { QblError } from '../../error.ts';

/** The command that starts JMeter on this machine. */
export interface JMeter {
  readonly file: string;
  /**
   * Returns the arguments that come before JMeter's own arguments. `jvm` are options of the Java virtual
   * machine.
   */
  arguments(jvm: readonly string[]): string[];
  environment(jvm: readonly string[]): NodeJS.ProcessEnv;
}

export interface Where {
  /** The folder that the user named. */
  readonly home: string | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Finds JMeter in the named folder, in JMETER_HOME or on the PATH.
 * @throws QblError 'environment' if JMeter is missing
 */
export function findJMeter({ home, env }: Where): JMeter {
  const named = home ?? env['JMETER_HOME'];
  const found = named === undefined || named === '' ? findOnPath(env) : findInHome(named, env);
  if (found !== null) return found;
  const where =
    named === undefined || named === '' ? 'on the PATH' : `in ${named}: bin/ApacheJMeter.jar is missing`;
  throw new QblError('environment', `JMeter not found ${where}`, { hint: HOW_TO_GET_IT });
}

const HOW_TO_GET_IT =
  'Unpack the archive from https://jmeter.apache.org/download_jmeter.cgi and name its folder with --jmeter-home or JMETER_HOME. Or run "brew install jmeter" or "choco install jmeter". qbl blast sends the same plan without JMeter.';

/** Finds JMeter in a folder, or in its subfolder `libexec`, in which Homebrew installs JMeter. */
function findInHome(home: string, env: NodeJS.ProcessEnv): JMeter | null {
  const folders = [join(home, 'bin'), join(home, 'libexec', 'bin')];
  const bin = folders.find((folder) => existsSync(jarIn(folder)));
  return bin === undefined ? null : byJar(jarIn(bin), env);
}

function findOnPath(env: NodeJS.ProcessEnv): JMeter | null {
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const scripts = folders.flatMap((folder) => [join(folder, 'jmeter'), join(folder, 'jmeter.bat')]);
  for (const script of scripts.filter(existsSync)) {
    const jar = jarIn(dirname(realpathSync(script)));
    if (existsSync(jar)) return byJar(jar, env);
    if (!script.endsWith('.bat')) return byScript(script, env);
  }
  return null;
}

function jarIn(bin: string): string {
  return join(bin, 'ApacheJMeter.jar');
}

/** Starts Java directly and not through a script. So signals reach the Java process on every system. */
function byJar(jar: string, { JAVA_HOME = '', JVM_ARGS = '' }: NodeJS.ProcessEnv): JMeter {
  const java = join(JAVA_HOME, 'bin', process.platform === 'win32' ? 'java.exe' : 'java');
  const ofUser = words(JVM_ARGS);
  return {
    file: JAVA_HOME !== '' && existsSync(java) ? java : 'java',
    arguments: (jvm) => [...ofUser, ...jvm, '-jar', jar],
    environment: () => ({}),
  };
}

/**
 * The script of a package starts JMeter's own script. JMeter's script reads JVM_ARGS and exits with Java's exit
 * code.
 */
function byScript(script: string, { JVM_ARGS = '' }: NodeJS.ProcessEnv): JMeter {
  return {
    file: script,
    arguments: () => [],
    environment: (jvm) => ({ JVM_ARGS: [...words(JVM_ARGS), ...jvm].join(' ') }),
  };
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
