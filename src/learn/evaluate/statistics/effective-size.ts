/**
 * As many equal parts would say as much as parts of these sizes (Kish, "Survey Sampling", 1965): exactly
 * their number where all are equal, NaN where all are 0. The result does not depend on their scale.
 */
export function computeEffectiveSize(sizes: Iterable<number>): number {
  const list = [...sizes];
  const largest = list.reduce((most, size) => Math.max(most, size), 0);
  let [total, squares] = [0, 0];
  for (const size of list) {
    // By the largest, so that equal sizes are summed without rounding.
    total += size / largest;
    squares += (size / largest) ** 2;
  }
  return total ** 2 / squares;
}
