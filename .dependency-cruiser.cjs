/** The folders of src/ that do the main work of a command (engines). docs/architecture.md describes all folders. */
const ENGINES = ['broker', 'serve', 'blast', 'jmeter', 'verify', 'consume', 'report', 'run'];
const engine = `^src/(${ENGINES.join('|')})/`;
const own = '^src/';
/** The packages whose code the build puts into dist/. */
const BUNDLED = [
  'chalk',
  'cli-progress',
  'cli-table3',
  'commander',
  'csv-parse',
  'hdr-histogram-js',
  'saxes',
  'undici',
  'yaml',
  'zod',
];

/**
 * The order of the subfolders in each folder of src/. A subfolder imports only subfolders that are listed before it.
 */
const FLOORS = {
  'src/blast': [
    ...['java-urls', 'wire', 'managers', 'exchange', 'connection', 'flow', 'recording', 'sources', 'timers'],
    'threads',
  ],
  'src/cli': ['options', 'sending', 'output', 'run', 'verifying', 'commands'],
  'src/cli/options': ['values', 'shared'],
  'src/consume': ['working', 'service', 'direct'],
  'src/jmeter': ['elements', 'rendering', 'unchanged', 'running'],
  'src/message': ['json', 'token', 'bytes', 'reading'],
  'src/plan': [
    'groups',
    'managers',
    'language',
    'sources',
    'timers',
    'flow',
    'template',
    'tokens',
    'mistakes',
    'endpoints',
    'jmx',
    'writing',
  ],
  'src/queue': ['url', 'watching', '(?:kafka|rabbitmq|sqs)'],
  'src/queue/kafka': ['kafkajs-fixes', 'cluster', 'codecs', 'fetch', 'sending', 'reading', 'group'],
  'src/queue/rabbitmq': ['connection', 'sending', 'reading'],
  'src/queue/sqs': ['requests', 'sending', 'reading'],
  'src/report': ['verdict', 'html', 'text', 'progress', 'comparison', 'ci', 'live', 'page'],
  'src/report/html': ['curves', 'results', 'collect'],
  'src/runs': ['json', 'plan', 'documents', 'rows'],
  'src/samples': ['assertions', 'extractors', 'rules', 'jtl', 'gaps', 'summary', 'latency'],
  'src/serve': ['ingest', 'access', 'plain', 'http'],
  'src/size': ['structures', 'arrivals', 'service', 'model'],
  'src/verify': ['counting', 'gathering', 'reading', 'history', 'judging', 'hops', 'observing'],
};

const floors = Object.entries(FLOORS).flatMap(([folder, rooms]) =>
  rooms.slice(0, -1).map((room, floor) => ({
    name: `floors-of-${folder.slice('src/'.length).replaceAll('/', '-')}`,
    comment: 'A folder imports only folders that FLOORS lists before it.',
    severity: 'error',
    from: { path: `^${folder}/${room}/`, pathNot: '[.]test[.]ts$|/testing/' },
    to: { path: `^${folder}/(?:${rooms.slice(floor + 1).join('|')})/` },
  })),
);

/**
 * Each command has a file with its own options. Such a file may import the options that several commands share. The
 * shared options import no such file.
 */
const optionsOfCommands = {
  name: 'shared-options-know-no-command',
  severity: 'error',
  from: { path: '^src/cli/options/(?:values|shared)/' },
  to: { path: '^src/cli/options/[^/]+[.]ts$' },
};

const commands = {
  name: 'commands-stand-alone',
  comment:
    'A command imports no other command. Code that two commands need belongs in a folder that FLOORS lists before src/cli/commands.',
  severity: 'error',
  from: { path: '^src/cli/commands/([^/]+)[.]ts$' },
  to: { path: '^src/cli/commands/', pathNot: '^src/cli/commands/$1[.]ts$' },
};

const capacity = {
  name: 'capacity-is-a-value',
  comment:
    'src/capacity describes what a service can do. Code that runs, records or predicts a service imports src/capacity, which imports none of that code.',
  severity: 'error',
  from: { path: '^src/capacity/' },
  to: { path: own, pathNot: '^src/(?:capacity/|plan/(?:duration|span)[.]ts$|decimal[.]ts$|error[.]ts$)' },
};

/** In src/queue/kafka/, the folders sending, reading and group do not import each other. */
const neighbours = {
  name: 'sending-reading-and-group-stand-alone',
  severity: 'error',
  from: { path: '^src/queue/kafka/(sending|reading|group)/', pathNot: '[.]test[.]ts$' },
  to: { path: '^src/queue/kafka/(?:sending|reading|group)/', pathNot: '^src/queue/kafka/$1/' },
};

module.exports = {
  forbidden: [
    ...floors,
    neighbours,
    optionsOfCommands,
    commands,
    capacity,
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'engines-stand-alone',
      comment: 'An engine imports neither another engine nor the command line.',
      severity: 'error',
      from: { path: engine },
      to: { path: [engine, '^src/cli/'], pathNot: '^src/$1/' },
    },
    {
      name: 'broker-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^src/broker/' },
      to: { path: own, pathNot: '^src/broker/' },
    },
    {
      name: 'shared-knows-no-engine',
      comment:
        'The folders that the engines share (plan, capacity, message, samples, queue, runs, size, comparison, process) import no engine.',
      severity: 'error',
      from: { path: own, pathNot: [engine, '^src/cli/'] },
      to: { path: [engine, '^src/cli/'] },
    },
    {
      name: 'only-open-names-the-adapters',
      severity: 'error',
      from: { path: own, pathNot: '^src/queue/(open|(kafka|rabbitmq|sqs)/.+)[.]ts$' },
      to: { path: '^src/queue/(?:kafka|rabbitmq|sqs)/' },
    },
    {
      name: 'only-odd-responses-imports-undici',
      severity: 'error',
      from: {
        path: own,
        pathNot: ['^src/blast/wire/(odd-responses[.]ts|undici-client[.]d[.]ts)$', '[.]test[.]ts$'],
      },
      to: { path: 'node_modules/undici' },
    },
    {
      name: 'only-hdr-histogram-imports-hdr-histogram-js',
      comment: 'The index of hdr-histogram-js is slow to load. Only hlog.ts needs it, to read a file.',
      severity: 'error',
      from: {
        path: own,
        pathNot: ['^src/hdr-histogram[.]ts$', '^src/samples/latency/hlog[.]ts$', '[.]test[.]ts$'],
      },
      to: { path: 'node_modules/hdr-histogram-js' },
    },
    {
      name: 'only-zod-imports-zod',
      comment:
        'Import zod only through src/schema/zod.ts, which configures zod before the first schema is created.',
      severity: 'error',
      from: { path: own, pathNot: ['^src/schema/zod[.]ts$'] },
      to: { path: 'node_modules/zod' },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: ['[.]d[.]ts$', '[.](test|config)[.]ts$', '^bin/'] },
      to: {},
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependencies-in-src',
      comment: 'dist/ contains the code of the packages in BUNDLED. npm does not install them with qbl.',
      severity: 'error',
      from: { path: own, pathNot: '[.]test[.]ts$|/testing/' },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: `^node_modules/(?:@types/)?(?:${BUNDLED.join('|')})/`,
      },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    // Leaves out bench/peers/: its scripts import modules that only other tools have, such as k6.
    exclude: { path: '^(?:dist|bench/peers)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
