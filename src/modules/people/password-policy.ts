import { bad, type Checked, good } from '#shared/checked.ts';

/** NIST SP 800-63B-4: length instead of composition; 8 suffice only beside a second factor. */
export const minimumLength = (secondFactor: boolean): number => (secondFactor ? 8 : 15);
export const maximumLength = 256;

/** What guessing programs try first; more is not needed, as whatever remains of a password must be long by itself. */
const common = [
  'password',
  'passw0rd',
  'qwertyuiop',
  'qwerty',
  'asdfghjkl',
  'zxcvbnm',
  '1qaz2wsx',
  'abc123',
  '123456',
  '5201314',
  '1314520',
  'letmein',
  'iloveyou',
  'woaini',
  'mima',
  'admin',
  'administrator',
  'welcome',
  'kedang',
  '客档',
  '密码',
];

/**
 * Checks a new password and returns it normalised, or says why not; `known` are words an attacker tries first: name,
 * email, company. Guessable parts may occur, but what is left without them must still be a password.
 */
export function checkPassword(password: string, known: string[], secondFactor: boolean): Checked<string> {
  const text = password.normalize('NFKC');
  const length = [...text].length;
  const minimum = minimumLength(secondFactor);
  if (length < minimum) return bad('password.tooShort', { minimum });
  if (length > maximumLength) return bad('password.tooLong', { maximum: maximumLength });
  const needed = Math.ceil(minimum / 2);
  const lower = text.toLowerCase();
  if (surprises(lower) < needed) return bad('password.repetitive');
  const withoutCommon = without(lower, common);
  if (surprises(withoutCommon) < needed) return bad('password.common');
  if (surprises(without(withoutCommon, known.flatMap(wordsOf))) < needed) return bad('password.personal');
  return good(text);
}

const wordsOf = (known: string): string[] => {
  const whole = known.normalize('NFKC').toLowerCase();
  // Two letters say little, two Chinese characters are a whole name.
  return [whole, ...whole.split(/[\s@._-]+/u)].filter(
    (word) => [...word].length >= (/\p{Script=Han}/u.test(word) ? 2 : 3),
  );
};

const without = (text: string, words: string[]): string =>
  words.toSorted((a, b) => b.length - a.length).reduce((left, word) => left.replaceAll(word, ''), text);

/** Characters that do not follow from what came before: not a repeat, not a neighbour, not a third use. */
function surprises(text: string): number {
  const uses = new Map<string, number>();
  let count = 0;
  let previous = Number.NaN;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    const used = (uses.get(character) ?? 0) + 1;
    uses.set(character, used);
    if (used <= 2 && !(Math.abs(point - previous) <= 1)) count += 1;
    previous = point;
  }
  return count;
}
