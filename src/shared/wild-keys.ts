/**
 * Keys no object sent to us may have: one reaches a prototype, the other makes a value that fails wherever a text is made of it.
 */
export const wildKeys = ['__proto__', 'toString'];
