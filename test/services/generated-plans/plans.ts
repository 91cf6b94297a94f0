import fc from 'fast-check';
import {
  collectionProp,
  elementProp,
  formatJmx,
  node,
  stringProp,
  type TreeNode,
} from '../../../src/jmeter/elements/tree.ts';
import type { XmlElement } from '../../../src/jmeter/elements/xml.ts';
import { argumentsOf, headerManager, userParameters } from './elements.ts';
import { samplers } from './samplers.ts';

/** Numbers as people and programs write them into a .jmx file. JMeter reads a text that is no number as 0. */
const smallNumber = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 3 }).map(String) },
  { weight: 1, arbitrary: fc.constantFrom('0', '', ' 2', '+2', 'two', '2.5', '${__P(nothing)}', '${two}') },
);

const variables = fc.record({
  two: fc.constant('2'),
  word: fc.constantFrom('alpha', 'ñandú', 'a b', '{"x": 1}', 'a\\,b'),
  fromProperty: fc.constantFrom('${__P(given,none)}', '${__P(absent,none)}', '${__property(given)}'),
});

const headerValues = fc.constantFrom('1', 'a b', '${__threadNum}', '${count}', '${param}', 'text/csv', '');
const headers = fc
  .record({
    texts: fc.dictionary(fc.constantFrom('X-One', 'x-two', 'Content-Type', 'Accept'), headerValues, {
      maxKeys: 3,
    }),
    connection: fc.constantFrom({}, {}, { Connection: 'close' }, { connection: 'Keep-Alive' }),
    length: fc.constantFrom({}, {}, { 'Content-Length': '7' }),
  })
  .map(({ texts, connection, length }): Record<string, string> => ({ ...texts, ...connection, ...length }));

const counterOfThread = fc.record({
  start: fc.integer({ min: -2, max: 5 }).map(String),
  end: fc.constantFrom('', '6'),
  incr: fc.integer({ min: 1, max: 3 }).map(String),
  format: fc.constantFrom('', '000', 'n0'),
});

const timers = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 2 });

function timer(delayMs: number): TreeNode {
  return node('ConstantTimer', 'ConstantTimerGui', 'Timer', [stringProp('ConstantTimer.delay', delayMs)]);
}

function counter(values: Readonly<Record<string, string>>): TreeNode {
  const settings = { ...values, name: 'count', per_user: 'true' };
  const properties = Object.entries(settings).map(([name, value]) =>
    stringProp(`CounterConfig.${name}`, value),
  );
  return node('CounterConfig', 'CounterConfigGui', 'Counter', properties);
}

const group = (number: number, port: number): fc.Arbitrary<TreeNode> =>
  fc
    .record({
      threads: smallNumber,
      loops: smallNumber,
      rampUp: fc.constantFrom('', '0', 'soon', '0.5'),
      onError: fc.constantFrom('continue', 'startnextloop', 'stopthread'),
      sameUser: fc.constantFrom('true', 'false'),
      headers: fc.option(headers),
      counter: counterOfThread,
      param: fc.constantFrom('p', '${__threadNum}', '${two} ${count}'),
      timers,
      samplers: samplers(number, port, headers),
    })
    .map((each) => {
      const controller: XmlElement[] = [
        stringProp('LoopController.loops', each.loops),
        stringProp('LoopController.continue_forever', 'false'),
      ];
      const properties = [
        stringProp('ThreadGroup.num_threads', each.threads),
        stringProp('ThreadGroup.ramp_time', each.rampUp),
        stringProp('ThreadGroup.on_sample_error', each.onError),
        stringProp('ThreadGroup.same_user_on_next_iteration', each.sameUser),
        elementProp('ThreadGroup.main_controller', 'LoopController', controller, 'LoopControlPanel'),
      ];
      return node('ThreadGroup', 'ThreadGroupGui', `Group ${number}`, properties, [
        counter(each.counter),
        userParameters({ param: each.param }),
        ...(each.headers === null ? [] : [headerManager(each.headers)]),
        ...each.timers.map(timer),
        ...each.samplers,
      ]);
    });

function defaults(port: number): TreeNode {
  return node('ConfigTestElement', 'HttpDefaultsGui', 'Defaults', [
    elementProp('HTTPsampler.Arguments', 'Arguments', [collectionProp('Arguments.arguments', [])]),
    stringProp('HTTPSampler.domain', '127.0.0.1'),
    stringProp('HTTPSampler.port', port),
    stringProp('HTTPSampler.path', '/s200/from-defaults'),
  ]);
}

/** Returns random test plans from the elements that qbl runs. Each plan sends to a port of this machine. */
export function plans(port: number, groups: number): fc.Arbitrary<string> {
  return fc
    .record({
      variables,
      headers: fc.option(headers),
      groups: fc.tuple(...Array.from({ length: groups }, (_, index) => group(index + 1, port))),
    })
    .map(({ variables: values, headers: ofPlan, groups: all }) =>
      formatJmx(
        node(
          'TestPlan',
          'TestPlanGui',
          'Generated',
          [],
          [
            node('Arguments', 'ArgumentsPanel', 'Variables', argumentsOf(values)),
            defaults(port),
            ...(ofPlan === null ? [] : [headerManager(ofPlan)]),
            ...all,
          ],
        ),
      ),
    );
}
