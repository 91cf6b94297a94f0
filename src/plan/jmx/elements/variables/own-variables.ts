import { OPTIONAL_COLUMNS } from '../../../../samples/jtl/jtl-columns.ts';
import type { FilledText } from '../../../language/filled-text.ts';
import type { PlanCounter, PlanVariable } from '../../../language/plan-variables.ts';
import { VARIABLES } from '../../../template/template.ts';

/** Collects the variables that are added to the plan because a .jmx file needs them. */
export class OwnVariables {
  readonly list: PlanVariable[] = [];

  uuid(): string {
    const name = this.#freeName('uuid');
    this.list.push({ kind: 'uuid', name });
    return name;
  }

  counter(wantedName: string, counter: Omit<PlanCounter, 'kind' | 'name'>): string {
    const name = this.#freeName(wantedName.replace(/\W/g, '_') || 'counter');
    this.list.push({ kind: 'counter', name, ...counter });
    return name;
  }

  /** Adds a variable that gets its value for each message. */
  text(text: FilledText): string {
    const name = this.#freeName('text');
    this.list.push({ kind: 'text', name, text });
    return name;
  }

  /** Returns the format of a counter. Empty for every other variable. */
  formatOf(name: string): string {
    const variable = this.list.find((each) => each.name === name);
    return variable?.kind === 'counter' ? variable.format : '';
  }

  #freeName(wanted: string): string {
    const taken = new Set<string>([...VARIABLES, ...OPTIONAL_COLUMNS, ...this.list.map(({ name }) => name)]);
    let name = wanted;
    for (let number = 2; taken.has(name); number++) name = `${wanted}${number}`;
    return name;
  }
}
