/** Addresses only this machine can open: a code on paper would lead nowhere. */
export const onlyHere = (url: string): boolean =>
  /^(localhost|.*\.localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\])$/i.test(new URL(url).hostname);
