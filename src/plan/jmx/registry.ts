import type { TestElement } from './tree.ts';

/** What the import does with an element. */
export type Role =
  /** The parts of a plan. */
  | 'plan'
  | 'group'
  | 'request'
  /** A request that JMeter sends with another HTTP client than qbl imitates. */
  | 'refused request'
  /** A controller whose elements run once in each loop, one after the other. */
  | 'sequence'
  /** A controller that decides which of its elements run. */
  | 'controller'
  /** A setting of the requests in its scope. */
  | 'setting'
  /** A sampler that sends nothing. */
  | 'no request'
  /** An element that observes the test, or that serves samplers which qbl refuses. */
  | 'observer'
  /** An element whose children JMeter does not run, if the element is directly under or beside the test plan. */
  | 'never runs'
  /** An element that never runs under the test plan. JMeter runs it like a sequence inside a thread group. */
  | 'fragment'
  /** A thread group that qbl refuses. */
  | 'refused group'
  | 'refused';

export type ElementState = 'runs' | 'changes nothing' | 'refused';

const STATES: Readonly<Record<Role, ElementState>> = {
  plan: 'runs',
  group: 'runs',
  request: 'runs',
  'refused request': 'refused',
  sequence: 'runs',
  controller: 'runs',
  setting: 'runs',
  'no request': 'changes nothing',
  observer: 'changes nothing',
  'never runs': 'changes nothing',
  fragment: 'changes nothing',
  'refused group': 'refused',
  refused: 'refused',
};

/**
 * The elements that the import knows, by their name in a .jmx file. JMeter saves several elements as
 * `ConfigTestElement`; the key of such an element is the name of its GUI class. docs/jmx.md has the same list.
 */
const ELEMENTS = {
  TestPlan: 'plan',
  ThreadGroup: 'group',
  SetupThreadGroup: 'group',
  PostThreadGroup: 'group',
  'kg.apc.jmeter.threads.SteppingThreadGroup': 'group',
  'kg.apc.jmeter.threads.UltimateThreadGroup': 'group',
  HTTPSamplerProxy: 'request',
  HTTPSampler2: 'request',
  GenericController: 'sequence',
  RecordingController: 'sequence',
  ForeachController: 'controller',
  IfController: 'controller',
  LoopController: 'controller',
  OnceOnlyController: 'controller',
  TransactionController: 'controller',
  WhileController: 'controller',

  Arguments: 'setting',
  HttpDefaultsGui: 'setting',
  HeaderManager: 'setting',
  CookieManager: 'setting',
  CacheManager: 'setting',
  AuthManager: 'setting',
  DNSCacheManager: 'setting',
  CSVDataSet: 'setting',
  RandomVariableConfig: 'setting',
  CounterConfig: 'setting',
  UserParameters: 'setting',
  ConstantTimer: 'setting',
  UniformRandomTimer: 'setting',
  GaussianRandomTimer: 'setting',
  PoissonRandomTimer: 'setting',
  ConstantThroughputTimer: 'setting',
  PreciseThroughputTimer: 'setting',
  ResponseAssertion: 'setting',
  DurationAssertion: 'setting',
  SizeAssertion: 'setting',
  JSONPathAssertion: 'setting',
  JSONPostProcessor: 'setting',
  RegexExtractor: 'setting',
  BoundaryExtractor: 'setting',

  DebugSampler: 'no request',

  ResultCollector: 'observer',
  Summariser: 'observer',
  BackendListener: 'observer',
  ResultSaver: 'observer',
  MailerResultCollector: 'observer',
  DebugPostProcessor: 'observer',
  'kg.apc.jmeter.vizualizers.CorrectedResultCollector': 'observer',
  'kg.apc.jmeter.vizualizers.CompositeResultCollector': 'observer',
  'kg.apc.jmeter.perfmon.PerfMonCollector': 'observer',
  'kg.apc.jmeter.dbmon.DbMonCollector': 'observer',
  'kg.apc.jmeter.jmxmon.JMXMonCollector': 'observer',
  'kg.apc.jmeter.reporters.ConsoleStatusLogger': 'observer',
  'kg.apc.jmeter.reporters.FlexibleFileWriter': 'observer',
  'kg.apc.jmeter.listener.GraphsGeneratorListener': 'observer',
  'com.github.johrstrom.listener.PrometheusListener': 'observer',
  'se.six.jmeter.visualizer.statagg.StatAggResultCollector': 'observer',
  JDBCDataSource: 'observer',
  JavaConfig: 'observer',
  FtpConfigGui: 'observer',
  LdapConfigGui: 'observer',
  LdapExtConfigGui: 'observer',
  TCPConfigGui: 'observer',

  TestFragmentController: 'fragment',
  ProxyControl: 'never runs',
  HttpMirrorControl: 'never runs',
  WorkBench: 'never runs',

  OpenModelThreadGroup: 'refused group',
  'com.blazemeter.jmeter.threads.concurrency.ConcurrencyThreadGroup': 'refused group',
  'com.blazemeter.jmeter.threads.arrivals.ArrivalsThreadGroup': 'refused group',
  'com.blazemeter.jmeter.threads.arrivals.FreeFormArrivalsThreadGroup': 'refused group',

  CriticalSectionController: 'refused',
  IncludeController: 'refused',
  InterleaveControl: 'refused',
  ModuleController: 'refused',
  RandomController: 'refused',
  RandomOrderController: 'refused',
  RunTime: 'refused',
  SwitchController: 'refused',
  ThroughputController: 'refused',
  'com.blazemeter.jmeter.controller.ParallelSampler': 'refused',

  KeystoreConfig: 'refused',
  LoginConfigGui: 'refused',
  SimpleConfigGui: 'refused',

  BSFTimer: 'refused',
  BeanShellTimer: 'refused',
  JSR223Timer: 'refused',
  SyncTimer: 'refused',
  'kg.apc.jmeter.timers.VariableThroughputTimer': 'refused',

  AnchorModifier: 'refused',
  BSFPreProcessor: 'refused',
  BeanShellPreProcessor: 'refused',
  JDBCPreProcessor: 'refused',
  JSR223PreProcessor: 'refused',
  RegExUserParameters: 'refused',
  SampleTimeout: 'refused',
  URLRewritingModifier: 'refused',

  BSFPostProcessor: 'refused',
  BeanShellPostProcessor: 'refused',
  HtmlExtractor: 'refused',
  JDBCPostProcessor: 'refused',
  JMESPathExtractor: 'refused',
  JSR223PostProcessor: 'refused',
  ResultAction: 'refused',
  XPath2Extractor: 'refused',
  XPathExtractor: 'refused',

  BSFAssertion: 'refused',
  BeanShellAssertion: 'refused',
  CompareAssertion: 'refused',
  HTMLAssertion: 'refused',
  JMESPathAssertion: 'refused',
  JSR223Assertion: 'refused',
  MD5HexAssertion: 'refused',
  SMIMEAssertion: 'refused',
  XMLAssertion: 'refused',
  XMLSchemaAssertion: 'refused',
  XPath2Assertion: 'refused',
  XPathAssertion: 'refused',

  BSFListener: 'refused',
  BeanShellListener: 'refused',
  JSR223Listener: 'refused',

  AccessLogSampler: 'refused',
  AjpSampler: 'refused',
  BSFSampler: 'refused',
  BeanShellSampler: 'refused',
  BoltSampler: 'refused',
  FTPSampler: 'refused',
  HTTPSampler: 'refused request',
  JDBCSampler: 'refused',
  JMSSampler: 'refused',
  JSR223Sampler: 'refused',
  JUnitSampler: 'refused',
  JavaSampler: 'refused',
  LDAPExtSampler: 'refused',
  LDAPSampler: 'refused',
  MailReaderSampler: 'refused',
  MongoScriptSampler: 'refused',
  PublisherSampler: 'refused',
  SmtpSampler: 'refused',
  SoapSampler: 'refused',
  SubscriberSampler: 'refused',
  SystemSampler: 'refused',
  TCPSampler: 'refused',
  TestAction: 'refused',
} as const satisfies Readonly<Record<string, Role>>;

type ElementName = keyof typeof ELEMENTS;

type NameOf<R extends Role> = {
  [Name in ElementName]: (typeof ELEMENTS)[Name] extends R ? Name : never;
}[ElementName];

/** The names of the elements that are settings. */
export type SettingName = NameOf<'setting'>;
/** The names of the controllers that decide which of their elements run. */
export type ControllerName = NameOf<'controller'>;

/** Returns the name of an element in the list of known elements. Null if the list has no such element. */
export function knownName({ type, guiClass }: Pick<TestElement, 'type' | 'guiClass'>): ElementName | null {
  const name = type === 'ConfigTestElement' ? guiClass : type;
  return isKnown(name) ? name : null;
}

function isKnown(name: string): name is ElementName {
  return Object.hasOwn(ELEMENTS, name);
}

/** Returns the role of an element. An element that the import does not know is refused. */
export function roleOf(element: Pick<TestElement, 'type' | 'guiClass'>): Role {
  const name = knownName(element);
  return name === null ? 'refused' : ELEMENTS[name];
}

/** Whether an element is an HTTP request. */
export function isRequest(element: Pick<TestElement, 'type' | 'guiClass'>): boolean {
  return ['request', 'refused request'].includes(roleOf(element));
}

export function stateOf(element: Pick<TestElement, 'type' | 'guiClass'>): ElementState {
  return STATES[roleOf(element)];
}

/** Returns the state of each known element, by its name in a .jmx file. */
export function elementStates(): ReadonlyMap<string, ElementState> {
  return new Map(Object.entries(ELEMENTS).map(([name, role]) => [name, STATES[role]]));
}
