/** Converts option values back into command-line arguments. */

export type Given<Options> = { readonly [Name in keyof Options]?: Options[Name] | undefined };

export function argument<T>(
  flag: string,
  value: T | undefined,
  format: (value: T) => string = String,
): string[] {
  return value === undefined ? [] : [flag, format(value)];
}

export function flagArgument(flag: string, isSet: true | undefined): string[] {
  return isSet === true ? [flag] : [];
}

export function repeatedArgument<T>(
  flag: string,
  values: readonly T[] = [],
  format: (value: T) => string = String,
): string[] {
  return values.flatMap((value) => argument(flag, value, format));
}
