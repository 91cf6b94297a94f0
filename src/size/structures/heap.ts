/** A binary heap. `least` is always its smallest element. */
export class Heap<T> {
  readonly #elements: T[] = [];
  readonly #isLess: (a: T, b: T) => boolean;

  constructor(isLess: (a: T, b: T) => boolean) {
    this.#isLess = isLess;
  }

  get size(): number {
    return this.#elements.length;
  }

  /** The smallest element. Undefined if the heap is empty. */
  get least(): T | undefined {
    return this.#elements[0];
  }

  push(element: T): void {
    this.#elements.push(element);
    this.#rise(element);
  }

  /** Removes and returns the smallest element. Undefined if the heap is empty. */
  pop(): T | undefined {
    const least = this.#elements[0];
    const last = this.#elements.pop();
    if (last !== undefined && this.#elements.length > 0) this.#sink(last);
    return least;
  }

  #rise(element: T): void {
    let place = this.#elements.length - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#elements[above] as T;
      if (!this.#isLess(element, parent)) break;
      this.#elements[place] = parent;
      place = above;
    }
    this.#elements[place] = element;
  }

  #sink(element: T): void {
    let place = 0;
    for (let below = this.#lesserChild(place); below !== null; below = this.#lesserChild(place)) {
      const child = this.#elements[below] as T;
      if (!this.#isLess(child, element)) break;
      this.#elements[place] = child;
      place = below;
    }
    this.#elements[place] = element;
  }

  #lesserChild(place: number): number | null {
    const left = 2 * place + 1;
    if (left >= this.#elements.length) return null;
    const right = left + 1;
    if (right >= this.#elements.length) return left;
    return this.#isLess(this.#elements[right] as T, this.#elements[left] as T) ? right : left;
  }
}

export const numberHeap = (): Heap<number> => new Heap((a, b) => a < b);
