// Interface words come from labkit.texts as a trait; here only their {placeholders} are filled.

/**
 * Replaces `{name}` by values, and `{name:row|rows}` by the word that fits a count, as `labkit.texts.say` does; anything
 * else in braces stays, such as the `{{posts}}` of a prompt.
 */
export function fill(words: string, values: Record<string, string | number>): string {
  return words.replace(/\{(\w+)(?::([^|{}]*)\|([^{}]*))?\}/g, (whole, name: string, one?: string, many?: string) => {
    if (!(name in values)) return whole;
    const value = String(values[name]);
    return one === undefined ? value : value === "1" ? one : many!;
  });
}

/** A count with the digit grouping of the interface language. */
export function count(value: number, language: string): string {
  const format = formats.get(language) ?? new Intl.NumberFormat(language);
  formats.set(language, format);
  return format.format(value);
}

const formats = new Map<string, Intl.NumberFormat>(); // making one takes longer than all that a panel counts
