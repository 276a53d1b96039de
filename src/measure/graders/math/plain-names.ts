const names =
  'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho final-sigma sigma tau upsilon phi chi psi omega'.split(
    ' ',
  );
/** Where the letter of the first name stands in Unicode; pi is a constant, and no name. */
const alpha = 0x3b1;
const command = /\\(?:var)?([a-z]{2,7})(?![A-Za-z])/g;

/** Other forms of a letter. */
const variants: Readonly<Record<string, string>> = {
  ϵ: 'ε',
  ϕ: 'φ',
  ϑ: 'θ',
  ϱ: 'ρ',
  '\u00b5': 'μ',
};

/** A text whose variables have the names that are read: λ for `\lambda`, and `x_1` for x₁. */
export function plainNames(text: string): string {
  return text
    .replace(command, (whole, name: string) => {
      const place = name === 'pi' ? -1 : names.indexOf(name);
      return place === -1 ? whole : String.fromCodePoint(alpha + place);
    })
    .replace(/[ϵϕϑϱ\u00b5]/g, (letter) => variants[letter] ?? letter)
    .replace(/(?<=[A-Za-z\u0391-\u03c9])[₀-₉]{1,3}/g, (index) => `_{${index.normalize('NFKC')}}`);
}
