/** The layers of the house; docs/architecture.md draws them. */
const ENGINES = ['broker', 'serve', 'blast', 'jmeter', 'verify', 'consume', 'report', 'run'];
const engine = `^src/(${ENGINES.join('|')})/`;
const own = '^src/';

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'engines-stand-alone',
      comment: 'An engine knows neither another engine nor the command line.',
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
        'What the engines share (plan, message, samples, queue, runs, size, comparison, process) does not know them.',
      severity: 'error',
      from: { path: own, pathNot: [engine, '^src/cli/'] },
      to: { path: [engine, '^src/cli/'] },
    },
    {
      name: 'only-open-names-the-adapters',
      severity: 'error',
      from: { path: own, pathNot: '^src/queue/(open|(kafka|rabbitmq|sqs)/.+)[.]ts$' },
      to: { path: '^src/queue/[^/]+/' },
    },
    {
      name: 'only-target-imports-undici',
      severity: 'error',
      from: { path: own, pathNot: ['^src/blast/target[.]ts$', '[.]test[.]ts$'] },
      to: { path: 'node_modules/undici' },
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
      severity: 'error',
      from: { path: own, pathNot: '[.]test[.]ts$' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
