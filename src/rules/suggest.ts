/** Edit distance (insert, delete, replace, swap of neighbours), for short words. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    const above = rows[i - 1] ?? [];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a.charAt(i - 1) === b.charAt(j - 1) ? 0 : 1;
      let best = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + same);
      const swapped = a.charAt(i - 1) === b.charAt(j - 2) && a.charAt(i - 2) === b.charAt(j - 1);
      if (i > 1 && j > 1 && swapped) best = Math.min(best, (rows[i - 2]?.[j - 2] ?? 0) + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}

/** The word that was probably meant, or undefined where none is near. */
export function nearest(word: string, among: readonly string[]): string | undefined {
  const candidates = among
    .map((name) => ({
      name,
      far: distance(word.slice(0, 40).toLowerCase(), name.slice(0, 40).toLowerCase()),
    }))
    .filter(({ name, far }) => far <= Math.max(1, Math.floor(Math.min(name.length, word.length) / 3)));
  return candidates.sort((a, b) => a.far - b.far)[0]?.name;
}

/** ` Did you mean …?` or nothing. */
export function didYouMean(word: string, among: readonly string[]): string {
  const name = nearest(word, among);
  return name === undefined ? '' : `; did you mean \`${name}\`?`;
}
