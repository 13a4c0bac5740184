import { Converter } from 'opencc-js/t2cn';

const convert = Converter({ from: 't', to: 'cn' });
const traditional = /\p{Script=Han}/u;

/** Traditional to simplified characters; text without Chinese comes back as it is. */
export const toSimplified = (text: string): string => (traditional.test(text) ? convert(text) : text);
