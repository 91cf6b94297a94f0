/** A cell of the comparison. Null if there is no such figure. */
export type Cell = number | 'never' | LowerBound | null;

/** A lower bound: the true figure can be larger than the measured one, for example because clocks differ. */
type LowerBound = `at least ${number}`;

export function isLowerBound(cell: Cell): cell is LowerBound {
  return typeof cell === 'string' && cell !== 'never';
}

export function atLeastIf(isTooSmall: boolean, figure: Cell): Cell {
  return isTooSmall && typeof figure === 'number' ? `at least ${figure}` : figure;
}
