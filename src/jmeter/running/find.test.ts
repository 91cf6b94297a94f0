import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findJMeter } from './find.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(await realpath(tmpdir()), 'qbl-find-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function put(...parts: string[]): Promise<string> {
  const file = join(folder, ...parts);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, '');
  return file;
}

describe('findJMeter', () => {
  it('prefers the named folder to JMETER_HOME, and JMETER_HOME to the PATH', async () => {
    const [named, ofEnvironment] = [
      await put('a', 'bin', 'ApacheJMeter.jar'),
      await put('b', 'bin', 'ApacheJMeter.jar'),
    ];
    const onPath = await put('c', 'bin', 'ApacheJMeter.jar');
    await put('c', 'bin', 'jmeter');
    const env = {
      JMETER_HOME: join(folder, 'b'),
      PATH: ['/nowhere', join(folder, 'c', 'bin')].join(delimiter),
    };
    const jarOf = (home: string | undefined, env: NodeJS.ProcessEnv) =>
      findJMeter({ home, env }).arguments([]).at(-1);
    expect(jarOf(join(folder, 'a'), env)).toBe(named);
    expect(jarOf(undefined, env)).toBe(ofEnvironment);
    expect(jarOf(undefined, { PATH: env.PATH })).toBe(onPath);
  });

  it('follows a link on the PATH to the distribution', async () => {
    const jar = await put('real', 'bin', 'ApacheJMeter.jar');
    const script = await put('real', 'bin', 'jmeter');
    await mkdir(join(folder, 'links'));
    await symlink(script, join(folder, 'links', 'jmeter'));
    expect(
      findJMeter({ home: undefined, env: { PATH: join(folder, 'links') } })
        .arguments([])
        .at(-1),
    ).toBe(jar);
  });

  it("starts a package's own script with Java options in the environment", async () => {
    const script = await put('wrapped', 'jmeter');
    const found = findJMeter({ home: undefined, env: { PATH: join(folder, 'wrapped') } });
    expect(found.file).toBe(script);
    expect(found.arguments(['-Xmx1g'])).toEqual([]);
    expect(found.environment(['-Xmx1g', '-Da=b'])).toEqual({ JVM_ARGS: '-Xmx1g -Da=b' });
    const ofUser = findJMeter({
      home: undefined,
      env: { PATH: join(folder, 'wrapped'), JVM_ARGS: '-Dc=d' },
    });
    expect(ofUser.environment(['-Xmx1g'])).toEqual({ JVM_ARGS: '-Dc=d -Xmx1g' });
  });

  it('starts the Java of JAVA_HOME with the options of JVM_ARGS', async () => {
    await put('bin', 'ApacheJMeter.jar');
    const java = await put('java', 'bin', process.platform === 'win32' ? 'java.exe' : 'java');
    const env = { JAVA_HOME: join(folder, 'java'), JVM_ARGS: ' -Da=b  -Dc=d ' };
    const found = findJMeter({ home: folder, env });
    expect(found.file).toBe(java);
    expect(found.arguments(['-Xmx1g']).slice(0, -1)).toEqual(['-Da=b', '-Dc=d', '-Xmx1g', '-jar']);
  });

  it('names three ways to install JMeter if it is missing', () => {
    expect(() => findJMeter({ home: undefined, env: { PATH: folder } })).toThrow(
      expect.objectContaining({
        exitCode: 4,
        message: 'JMeter not found on the PATH',
        hint: expect.stringMatching(/download_jmeter.*brew install jmeter.*choco install jmeter/),
      }),
    );
    expect(() => findJMeter({ home: folder, env: {} })).toThrow(
      `JMeter not found in ${folder}: bin/ApacheJMeter.jar is missing`,
    );
  });
});
