/** Numbers in sentences: which form of a word goes with a number, and how the number is written. */

export interface Counting<Form extends Intl.LDMLPluralRule> {
  readonly number: (count: number) => string;
  /** The form for this number, with `#` replaced by it. Forms as in CLDR's plural rules (UTS #35, part 3). */
  readonly plural: (count: number, forms: Readonly<Record<Form | 'other', string>>) => string;
}

/**
 * @typeParam Form the forms that texts of this language need beside `other`.
 * @param locale a BCP 47 tag: its region may ask for other digits.
 */
export function countingIn<Form extends Intl.LDMLPluralRule = never>(locale: string): Counting<Form> {
  const rules = new Intl.PluralRules(locale);
  const format = new Intl.NumberFormat(locale);
  const number = (count: number): string => format.format(count);
  const plural: Counting<Form>['plural'] = (count, forms) => {
    const texts: Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string } = forms;
    return (texts[rules.select(count)] ?? texts.other).replace('#', () => number(count));
  };
  return { number, plural };
}
