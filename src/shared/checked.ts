/** Outcome of checking one value: the normalised value, or the code of the message that says what is wrong. */
export type Checked<T> = { ok: true; value: T } | { ok: false; code: string; params?: Record<string, string | number> };

export const good = <T>(value: T): Checked<T> => ({ ok: true, value });
export const bad = (code: string, params?: Record<string, string | number>): Checked<never> => ({
  ok: false,
  code,
  ...(params ? { params } : {}),
});
