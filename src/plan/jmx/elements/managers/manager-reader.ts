import type { Forgetting } from '../../../managers/managers.ts';
import { collectionOf, isTrue, propertiesOf, type TestElement, textOf } from '../../tree.ts';
import type { ParsedElement } from '../../xml.ts';
import type { ImportContext, Variables } from '../context.ts';

const GUI_CLASSES: Readonly<Record<string, string>> = {
  CookieManager: 'CookiePanel',
  CacheManager: 'CacheManagerGui',
  AuthManager: 'AuthPanel',
  DNSCacheManager: 'DNSCachePanel',
};

/** Properties of JMeter that change what managers do. */
const CHANGES_MANAGERS = /^(?:CookieManager\.|cacheable_methods$|httpclient4\.auth\.preemptive$)/;

/** Reads the properties of a manager. Each of them must be constant. */
export class ManagerReader {
  readonly element: TestElement;
  readonly context: ImportContext;
  readonly #variables: Variables;

  constructor(element: TestElement, variables: Variables, context: ImportContext) {
    this.element = element;
    this.context = context;
    this.#variables = variables;
    this.#refuseOtherClass();
    this.#refuseJMeterProperties();
  }

  /** JMeter does not apply a manager of another class to requests (HTTPSamplerBase.java, applies). */
  #refuseOtherClass(): void {
    const { type, guiClass } = this.element;
    const expected = GUI_CLASSES[type];
    if (guiClass.split('.').at(-1) !== expected)
      this.refuse(`guiclass=${guiClass} is not supported: expected ${expected}`);
  }

  #refuseJMeterProperties(): void {
    for (const name of Object.keys(this.context.properties))
      if (CHANGES_MANAGERS.test(name)) this.refuse(`-J ${name} is not supported with ${this.element.type}`);
  }

  refuse(message: string): void {
    this.context.refuse(this.element, message);
  }

  text(name: string, holder: Pick<TestElement, 'properties'> = this.element): string {
    return this.constant(name, textOf(holder, name));
  }

  constant(name: string, text: string): string {
    return this.context.constant(this.element, name, text, this.#variables);
  }

  isTrue(name: string, holder?: Pick<TestElement, 'properties'>): boolean {
    return isTrue(this.text(name, holder));
  }

  /** Returns the elements of a collection with their properties. */
  entries(
    name: string,
  ): readonly { readonly parsed: ParsedElement; readonly properties: TestElement['properties'] }[] {
    return collectionOf(this.element, name).map((parsed) => ({ parsed, properties: propertiesOf(parsed) }));
  }

  /**
   * When a thread forgets what the manager knows. Sources: CookieManager.java, CacheManager.java, testIterationStart.
   * @param byGroup the property that leaves the decision to the thread group
   */
  forgetting(byGroup: string, eachLoop: string): Forgetting {
    if (this.isTrue(byGroup)) return 'new user';
    return this.isTrue(eachLoop) ? 'each loop' : 'never';
  }
}
