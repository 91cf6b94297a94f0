import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';
import { describeWith } from './describe-with.ts';
import { JMETER_VERSION, jmeterHome } from './jmeter.ts';

const HEADER =
  'timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,Connect';
const ROW = '1767225600000,12,a,200,OK,a 1-1,text,true,,100,150,1,1,http://localhost/,11,0,1';

describeWith(['java', 'mvn'], 'JMeter', () => {
  let home: string;
  beforeAll(async () => {
    home = await jmeterHome();
  });

  const jmeter = async (folder: string, ...args: string[]) => {
    const isWindows = process.platform === 'win32';
    const program = join(home, 'bin', isWindows ? 'jmeter.bat' : 'jmeter');
    return promisify(execFile)(program, args, { cwd: folder, shell: isWindows });
  };

  test('JMeter starts with its script', async () => {
    const { stdout } = await jmeter(await tempFolder(), '--version');
    expect(stdout).toContain(JMETER_VERSION);
  });

  test('JMeter is complete: it creates its dashboard from a results file', async () => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'samples.jtl'), `${HEADER}\n${ROW}\n`);
    await jmeter(folder, '-g', 'samples.jtl', '-o', 'dashboard');
    expect(await readFile(join(folder, 'dashboard', 'index.html'), 'utf8')).toContain(
      'Apache JMeter Dashboard',
    );
  });
});
