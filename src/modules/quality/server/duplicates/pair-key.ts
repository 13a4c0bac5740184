/** Two records by their places in the list, and the probability that they are the same. */
export interface Pair {
  a: number;
  b: number;
  score: number;
}

/** One number for two records, whichever stands first; there are fewer than 2,097,152 of them, so that it stays exact. */
export const pairKey = (one: number, other: number): number => Math.min(one, other) * 2_097_152 + Math.max(one, other);
