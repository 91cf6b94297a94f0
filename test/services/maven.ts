import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from './run-tool.ts';
import { requireTools } from './tools.ts';

export interface Artifact {
  readonly group: string;
  readonly name: string;
  readonly version: string;
}

/** Downloads the artifacts' jars and all their runtime dependencies into the folder. */
export function downloadJars(artifacts: readonly Artifact[], folder: string): Promise<void> {
  return copyJars(artifacts, folder, ['-DincludeScope=runtime']);
}

/** Downloads the artifacts' jars, but not their dependencies, into the folder. */
export function downloadOnly(artifacts: readonly Artifact[], folder: string): Promise<void> {
  return copyJars(artifacts, folder, ['-DexcludeTransitive=true']);
}

function copyJars(artifacts: readonly Artifact[], folder: string, options: readonly string[]): Promise<void> {
  return runMaven(artifacts, ['dependency:copy-dependencies', ...options, `-DoutputDirectory=${folder}`]);
}

/** Downloads one artifact's jar and unpacks it into the folder. */
export function unpackJar(artifact: Artifact, folder: string): Promise<void> {
  const goal = [
    'dependency:unpack-dependencies',
    '-DexcludeTransitive=true',
    `-DoutputDirectory=${folder}`,
    '-Dmdep.unpack.excludes=META-INF/**',
  ];
  return runMaven([artifact], goal);
}

async function runMaven(artifacts: readonly Artifact[], goal: readonly string[]): Promise<void> {
  requireTools('java', 'mvn');
  const project = await mkdtemp(join(tmpdir(), 'qbl-maven-'));
  try {
    await writeFile(join(project, 'pom.xml'), pom(artifacts));
    await runTool('mvn', ['-q', '-B', ...goal], { cwd: project });
  } finally {
    await rm(project, { recursive: true, force: true });
  }
}

function pom(artifacts: readonly Artifact[]): string {
  const dependencies = artifacts.map(
    ({ group, name, version }) =>
      `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`,
  );
  return [
    '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>',
    '<groupId>qbl</groupId><artifactId>services</artifactId><version>1</version>',
    `<dependencies>${dependencies.join('\n')}</dependencies></project>`,
  ].join('\n');
}
