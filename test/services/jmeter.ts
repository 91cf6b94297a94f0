import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from './cache.ts';
import { downloadJars, downloadOnly, unpackJar } from './maven.ts';

export const JMETER_VERSION = '5.6.3';

/** Options for a Java virtual machine that runs only briefly, so that optimizing would not pay. */
export const SHORT_JVM = [
  '-Xmx512m',
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  '-Djava.awt.headless=true',
];

const PARTS = ['', '_config', '_http', '_java', '_functions', '_components'];

/** The start scripts of JMeter, which are not in its Maven artifacts. JMeter's own scripts use JVM_ARGS, too. */
const SHELL_SCRIPT = `#!/bin/sh
exec java -Xmx512m \${JVM_ARGS:-} -Djava.awt.headless=true -jar "$(dirname "$0")/ApacheJMeter.jar" "$@"
`;
const WINDOWS_SCRIPT = `@echo off\r
java -Xmx512m %JVM_ARGS% -Djava.awt.headless=true -jar "%~dp0ApacheJMeter.jar" %*\r
`;

/** The JMETER_HOME of a JMeter built from its Maven artifacts, which are downloaded on first use (72 MB). */
export function jmeterHome(): Promise<string> {
  return cached(`jmeter-${JMETER_VERSION}`, assemble);
}

/** The folder with the jars of the plug-ins for thread groups, which is downloaded on first use. */
export function threadGroupPlugIns(): Promise<string> {
  const artifacts = [
    { group: 'kg.apc', name: 'jmeter-plugins-casutg', version: '2.10' },
    { group: 'kg.apc', name: 'jmeter-plugins-cmn-jmeter', version: '0.7' },
  ];
  return cached('jmeter-plugins-casutg-2.10', (folder) => downloadOnly(artifacts, folder));
}

async function assemble(home: string): Promise<void> {
  const artifacts = PARTS.map((part) => ({
    group: 'org.apache.jmeter',
    name: `ApacheJMeter${part}`,
    version: JMETER_VERSION,
  }));
  for (const folder of ['bin', 'lib/ext', 'lib/junit']) await mkdir(join(home, folder), { recursive: true });
  const jars = await mkdtemp(join(home, 'jars-'));
  await downloadJars(artifacts, jars);
  for (const jar of await readdir(jars)) await rename(join(jars, jar), join(home, placeOf(jar)));
  await rm(jars, { recursive: true });
  const config = artifacts.filter(({ name }) => name === 'ApacheJMeter_config');
  for (const artifact of config) await unpackJar(artifact, home);
  await writeScripts(join(home, 'bin'));
}

/** The path at which JMeter expects its jar. JMeter uses the folders next to bin/ApacheJMeter.jar. */
function placeOf(jar: string): string {
  if (jar === `ApacheJMeter-${JMETER_VERSION}.jar`) return join('bin', 'ApacheJMeter.jar');
  return join(jar.startsWith('ApacheJMeter_') ? 'lib/ext' : 'lib', jar);
}

async function writeScripts(bin: string): Promise<void> {
  await writeFile(join(bin, 'jmeter'), SHELL_SCRIPT);
  await chmod(join(bin, 'jmeter'), 0o755);
  await writeFile(join(bin, 'jmeter.bat'), WINDOWS_SCRIPT);
}
