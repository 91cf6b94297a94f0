import { Command } from 'commander';
import type { Choose } from './work.ts';

interface Entry {
  readonly name: string;
  readonly summary: string;
  /** Loads the command: what others need is not read, and what is not read costs no time to start. */
  readonly load: () => Promise<(choose: Choose) => Command>;
}

/** In the order of the help. */
const COMMANDS: readonly Entry[] = [
  {
    name: 'run',
    summary: 'the whole experiment: queue, proxy, load and proof',
    load: async () => (await import('./commands/run.ts')).runCommand,
  },
  {
    name: 'blast',
    summary: 'the native generator: sends the plan as JMeter would',
    load: async () => (await import('./commands/blast.ts')).blastCommand,
  },
  {
    name: 'jmeter',
    summary: 'the same plan by Apache JMeter',
    load: async () => (await import('./commands/jmeter.ts')).jmeterCommand,
  },
  {
    name: 'verify',
    summary: 'read the queue and judge whether every acked message arrived',
    load: async () => (await import('./commands/verify.ts')).verifyCommand,
  },
  {
    name: 'report',
    summary: 'the report of a run as one HTML file',
    load: async () => (await import('./commands/report.ts')).reportCommand,
  },
  {
    name: 'serve',
    summary: 'the proxy: POST /send becomes a message on the queue',
    load: async () => (await import('./commands/serve.ts')).serveCommand,
  },
  {
    name: 'consume',
    summary: 'the service behind the queue: takes messages at its own pace',
    load: async () => (await import('./commands/consume.ts')).consumeCommand,
  },
  {
    name: 'direct',
    summary: 'the same service without a queue: behind plain HTTP',
    load: async () => (await import('./commands/direct.ts')).directCommand,
  },
  {
    name: 'broker',
    summary: 'an embedded queue: a single-node broker that speaks the Kafka protocol',
    load: async () => (await import('./commands/broker.ts')).brokerCommand,
  },
  {
    name: 'size',
    summary: 'how large the backlog gets and how long messages wait, or how fast the service must be',
    load: async () => (await import('./commands/size.ts')).sizeCommand,
  },
  {
    name: 'init',
    summary: 'write a commented plan to start from',
    load: async () => (await import('./commands/init.ts')).initCommand,
  },
];

/** All commands; only the one that the arguments name has options. */
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
