import type { TestElement } from '../tree.ts';
import type { ParsedElement } from '../xml.ts';
import type { ImportContext } from './context.ts';

/** The samples to which an assertion applies. The name of a variable counts only for the scope `variable`. */
const SCOPE = ['Assertion.scope', 'Scope.variable'];

/** The samples that an extractor reads. The name of a variable counts only for the scope `variable`. */
const SAMPLE_SCOPE = ['Sample.scope', 'Scope.variable'];

/** The properties of JMeter's thread groups. */
const THREAD_GROUP = [
  'ThreadGroup.num_threads',
  'ThreadGroup.ramp_time',
  'ThreadGroup.on_sample_error',
  'ThreadGroup.same_user_on_next_iteration',
  'ThreadGroup.scheduler',
  'ThreadGroup.duration',
  'ThreadGroup.delay',
  'ThreadGroup.delayedStart',
  'ThreadGroup.main_controller',
  // Times of day at which the group starts and ends. JMeter ignores them since version 5.0.
  'ThreadGroup.start_time',
  'ThreadGroup.end_time',
];

/** The properties that the thread groups of all plug-ins have. */
const PLUG_IN_GROUP = [
  'ThreadGroup.num_threads',
  'ThreadGroup.on_sample_error',
  'ThreadGroup.main_controller',
];

/** For each class of elements, the properties that qbl reads or that do not change what is sent. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  TestPlan: [
    'TestPlan.user_defined_variables',
    'TestPlan.functional_mode',
    'TestPlan.serialize_threadgroups',
    'TestPlan.tearDown_on_shutdown',
    'TestPlan.user_define_classpath',
  ],
  ThreadGroup: THREAD_GROUP,
  SetupThreadGroup: THREAD_GROUP,
  PostThreadGroup: THREAD_GROUP,
  'kg.apc.jmeter.threads.SteppingThreadGroup': [
    ...PLUG_IN_GROUP,
    'Threads initial delay',
    'Start users count',
    'Start users count burst',
    'Start users period',
    'Stop users count',
    'Stop users period',
    'flighttime',
    'rampUp',
  ],
  'kg.apc.jmeter.threads.UltimateThreadGroup': [...PLUG_IN_GROUP, 'ultimatethreadgroupdata'],
  HTTPSamplerProxy: [
    'HTTPsampler.Arguments',
    'HTTPsampler.Files',
    'HTTPSampler.domain',
    'HTTPSampler.port',
    'HTTPSampler.protocol',
    'HTTPSampler.path',
    'HTTPSampler.method',
    'HTTPSampler.contentEncoding',
    'HTTPSampler.postBodyRaw',
    'HTTPSampler.follow_redirects',
    'HTTPSampler.auto_redirects',
    'HTTPSampler.use_keepalive',
    'HTTPSampler.connect_timeout',
    'HTTPSampler.response_timeout',
    'HTTPSampler.implementation',
    // Properties for embedded resources. JMeter loads embedded resources only if image_parser is set.
    'HTTPSampler.concurrentDwn',
    'HTTPSampler.concurrentPool',
    'HTTPSampler.embedded_url_re',
    'HTTPSampler.embedded_url_exclude_re',
    'HTTPSampler.DO_MULTIPART_POST',
    'HTTPSampler.BROWSER_COMPATIBLE_MULTIPART',
    // Properties for source addresses and proxies. They have an effect only together with other properties, which
    // qbl refuses.
    'HTTPSampler.ipSourceType',
    'HTTPSampler.proxyScheme',
    // Only the editor of JMeter reads these properties of a GraphQL request, and writes the parameters from them.
    'GraphQLHTTPSampler.operationName',
    'GraphQLHTTPSampler.query',
    'GraphQLHTTPSampler.variables',
  ],
  HTTPArgument: [
    'Argument.name',
    'Argument.value',
    'Argument.metadata',
    'Argument.desc',
    'HTTPArgument.always_encode',
    'HTTPArgument.content_type',
    // Only the editor of JMeter reads this property: the text between name and value is Argument.metadata.
    'HTTPArgument.use_equals',
  ],
  LoopController: ['LoopController.loops', 'LoopController.continue_forever'],
  TransactionController: ['TransactionController.parent', 'TransactionController.includeTimers'],
  IfController: ['IfController.condition', 'IfController.evaluateAll', 'IfController.useExpression'],
  WhileController: ['WhileController.condition'],
  ForeachController: [
    'ForeachController.inputVal',
    'ForeachController.returnVal',
    'ForeachController.useSeparator',
    'ForeachController.startIndex',
    'ForeachController.endIndex',
  ],
  HeaderManager: ['HeaderManager.headers'],
  CookieManager: [
    'CookieManager.cookies',
    'CookieManager.policy',
    'CookieManager.implementation',
    'CookieManager.clearEachIteration',
    'CookieManager.controlledByThreadGroup',
  ],
  CacheManager: ['clearEachIteration', 'useExpires', 'maxSize', 'CacheManager.controlledByThread'],
  AuthManager: [
    'AuthManager.auth_list',
    // Both properties have an effect only on Kerberos.
    'AuthManager.clearEachIteration',
    'AuthManager.controlledByThreadGroup',
  ],
  DNSCacheManager: [
    'DNSCacheManager.servers',
    'DNSCacheManager.hosts',
    'DNSCacheManager.clearEachIteration',
    'DNSCacheManager.isCustomResolver',
  ],
  Arguments: ['Arguments.arguments'],
  CounterConfig: [
    'CounterConfig.start',
    'CounterConfig.end',
    'CounterConfig.incr',
    'CounterConfig.name',
    'CounterConfig.format',
    'CounterConfig.per_user',
    'CounterConfig.reset_on_tg_iteration',
  ],
  CSVDataSet: [
    'filename',
    'fileEncoding',
    'variableNames',
    'ignoreFirstLine',
    'delimiter',
    'quotedData',
    'recycle',
    'stopThread',
    'shareMode',
  ],
  RandomVariableConfig: [
    'variableName',
    'outputFormat',
    'minimumValue',
    'maximumValue',
    'randomSeed',
    'perThread',
  ],
  ConstantTimer: ['ConstantTimer.delay'],
  UniformRandomTimer: ['ConstantTimer.delay', 'RandomTimer.range'],
  GaussianRandomTimer: ['ConstantTimer.delay', 'RandomTimer.range'],
  PoissonRandomTimer: ['ConstantTimer.delay', 'RandomTimer.range'],
  ConstantThroughputTimer: ['throughput', 'calcMode'],
  PreciseThroughputTimer: [
    'throughput',
    'throughputPeriod',
    'duration',
    'batchSize',
    'randomSeed',
    // JMeter does not read these properties any more.
    'batchThreadDelay',
    'exactLimit',
    'allowedThroughputSurplus',
  ],
  ResponseAssertion: [
    'Asserion.test_strings',
    'Assertion.test_field',
    'Assertion.test_type',
    'Assertion.assume_success',
    'Assertion.custom_message',
    ...SCOPE,
  ],
  DurationAssertion: ['DurationAssertion.duration', ...SCOPE],
  SizeAssertion: ['Assertion.test_field', 'SizeAssertion.size', 'SizeAssertion.operator', ...SCOPE],
  JSONPathAssertion: ['JSON_PATH', 'EXPECTED_VALUE', 'JSONVALIDATION', 'EXPECT_NULL', 'INVERT', 'ISREGEX'],
  JSONPostProcessor: [
    'JSONPostProcessor.referenceNames',
    'JSONPostProcessor.jsonPathExprs',
    'JSONPostProcessor.match_numbers',
    'JSONPostProcessor.defaultValues',
    'JSONPostProcessor.compute_concat',
    ...SAMPLE_SCOPE,
  ],
  RegexExtractor: [
    'RegexExtractor.refname',
    'RegexExtractor.useHeaders',
    'RegexExtractor.regex',
    'RegexExtractor.template',
    'RegexExtractor.match_number',
    'RegexExtractor.default',
    'RegexExtractor.default_empty_value',
    ...SAMPLE_SCOPE,
  ],
  BoundaryExtractor: [
    'BoundaryExtractor.refname',
    'BoundaryExtractor.useHeaders',
    'BoundaryExtractor.lboundary',
    'BoundaryExtractor.rboundary',
    'BoundaryExtractor.match_number',
    'BoundaryExtractor.default',
    'BoundaryExtractor.default_empty_value',
    ...SAMPLE_SCOPE,
  ],
  UserParameters: ['UserParameters.names', 'UserParameters.thread_values', 'UserParameters.per_iteration'],
};

/** Other elements with the properties of an HTTP request. */
const AS_HTTP_REQUEST = ['ConfigTestElement', 'HTTPSampler', 'HTTPSampler2'];

/** Refuses every property that has a value and that qbl does not know. */
export function refuseOtherProperties(
  element: Pick<TestElement, 'type' | 'path' | 'line' | 'properties'>,
  context: ImportContext,
): void {
  const type = AS_HTTP_REQUEST.includes(element.type) ? 'HTTPSamplerProxy' : element.type;
  const known = new Set([
    ...(KNOWN[type] ?? []),
    'TestElement.enabled',
    'TestPlan.comments',
    `${type}.comments`,
  ]);
  for (const [name, property] of element.properties) {
    if (known.has(name) || !isSet(property)) continue;
    context.refuse(element, `${name}=${property.text.slice(0, 50)} is not supported`);
  }
}

/** Whether a property has a value. JMeter writes a property that is switched off as empty or false. */
function isSet({ text, children }: ParsedElement): boolean {
  return children.some(isSet) || !['', 'false'].includes(text.trim());
}
