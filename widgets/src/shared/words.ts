// Interface words come from labkit.texts as a trait; here only their {placeholders} are filled.

/** Replaces `{name}` by values; anything else in braces stays, such as the `{{posts}}` of a prompt. */
export function fill(words: string, values: Record<string, string | number>): string {
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

/** A count with the digit grouping of the interface language. */
export function count(value: number, language: string): string {
  return new Intl.NumberFormat(language).format(value);
}
