import { Command } from 'commander';
import type { Choose } from './work.ts';

interface Entry {
  readonly name: string;
  readonly summary: string;
  /** Loads only the code of this command, so that qbl starts fast. */
  readonly load: () => Promise<(choose: Choose) => Command>;
}

/** The commands, in the order in which the help lists them. */
const COMMANDS: readonly Entry[] = [
  {
    name: 'run',
    summary: 'run a whole experiment: start everything, send, verify',
    load: async () => (await import('./commands/run.ts')).runCommand,
  },
  {
    name: 'blast',
    summary: 'send the plan with the built-in load generator',
    load: async () => (await import('./commands/blast.ts')).blastCommand,
  },
  {
    name: 'stop',
    summary: 'stop a run that was started with --until-stopped',
    load: async () => (await import('./commands/stop-command.ts')).stopCommand,
  },
  {
    name: 'jmeter',
    summary: 'send the same plan with Apache JMeter',
    load: async () => (await import('./commands/jmeter.ts')).jmeterCommand,
  },
  {
    name: 'verify',
    summary: 'check that every acknowledged message is in the queue',
    load: async () => (await import('./commands/verify.ts')).verifyCommand,
  },
  {
    name: 'report',
    summary: 'write the report of a run as one HTML file',
    load: async () => (await import('./commands/report.ts')).reportCommand,
  },
  {
    name: 'serve',
    summary: 'start the proxy: POST /send puts a message into the queue',
    load: async () => (await import('./commands/serve.ts')).serveCommand,
  },
  {
    name: 'consume',
    summary: 'simulate the service behind the queue, at a given pace',
    load: async () => (await import('./commands/consume.ts')).consumeCommand,
  },
  {
    name: 'direct',
    summary: 'simulate the same service behind HTTP, without a queue',
    load: async () => (await import('./commands/direct.ts')).directCommand,
  },
  {
    name: 'broker',
    summary: 'start a single-node Kafka broker',
    load: async () => (await import('./commands/broker.ts')).brokerCommand,
  },
  {
    name: 'size',
    summary: 'predict the backlog, or the capacity that is needed',
    load: async () => (await import('./commands/size.ts')).sizeCommand,
  },
  {
    name: 'init',
    summary: 'write a plan with comments, to start from',
    load: async () => (await import('./commands/init.ts')).initCommand,
  },
  {
    name: 'import',
    summary: 'write a JMeter test plan as a YAML plan',
    load: async () => (await import('./commands/import.ts')).importCommand,
  },
];

/** Returns all commands. Only the command that the arguments name is loaded and has options. */
export async function commandsFor(argv: readonly string[], choose: Choose): Promise<Command[]> {
  const [first, second] = argv.filter((word) => !word.startsWith('-'));
  const named = first === 'help' ? second : first;
  return Promise.all(
    COMMANDS.map(async ({ name, summary, load }) => {
      const command = name === named ? (await load())(choose) : new Command(name);
      return command.summary(summary);
    }),
  );
}
