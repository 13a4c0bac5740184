/** For a rule over several fields: told together with whatever else is wrong in the body, not after it. */
export const toldTogether = ({ value }: { value: unknown }): boolean => typeof value === 'object' && value !== null;

interface Period {
  fromOn?: string | null;
  toOn?: string | null;
}
export const endsAfterStart = ({ fromOn, toOn }: Period): boolean => !(fromOn && toOn && toOn < fromOn);
export const endBeforeStart = { message: 'period.endBeforeStart', path: ['toOn'], when: toldTogether };
