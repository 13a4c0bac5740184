/** The languages of the product, the usual one first. */
export const languages = ['zh-CN', 'en-US'] as const;
export type Lang = (typeof languages)[number];
