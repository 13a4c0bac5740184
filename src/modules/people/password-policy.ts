import { bad, type Checked, good } from '#shared/checked.ts';

/** NIST SP 800-63B-4: length instead of composition; 8 suffice only beside a second factor. */
export const minimumLength = (secondFactor: boolean): number => (secondFactor ? 8 : 15);
export const maximumLength = 256;

const common = [
  'password',
  'qwerty',
  '123456',
  'abcdef',
  'letmein',
  'iloveyou',
  'woaini',
  'admin',
  'welcome',
  'kedang',
];

/** Checks a new password; `known` are words an attacker tries first: name, email, company. Returns it normalised. */
export function checkPassword(password: string, known: string[], secondFactor: boolean): Checked<string> {
  const text = password.normalize('NFKC');
  const length = [...text].length;
  const minimum = minimumLength(secondFactor);
  if (length < minimum) return bad('password.tooShort', { minimum });
  if (length > maximumLength) return bad('password.tooLong', { maximum: maximumLength });
  const lower = text.toLowerCase();
  const parts = [...common, ...known.flatMap((word) => word.toLowerCase().split(/[@.\s]+/))].filter(
    (word) => [...word].length >= 3,
  );
  // What remains after everything guessable is taken out must still be a password.
  const rest = parts.reduce((left, word) => left.replaceAll(word, ''), lower).replace(/(.)\1{2,}/gu, '$1');
  if ([...rest].length < 8 || isRun(rest)) return bad('password.guessable');
  return good(text);
}

/** Whether the text is one run of neighbours: 12345678, abcdefgh. */
function isRun(text: string): boolean {
  const points = [...text].map((character) => character.codePointAt(0) ?? 0);
  const steps = points.slice(1).map((point, index) => point - (points[index] ?? 0));
  return steps.length > 0 && new Set(steps).size === 1 && Math.abs(steps[0] ?? 0) <= 1;
}
