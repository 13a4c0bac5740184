import { useNavigate, useSearch } from '@tanstack/react-router';
import { isId } from '#shared/ids.ts';

/** What a written value of the address means; one that is missing or makes no sense there means the usual. */
type Reader<T> = (written: unknown) => T;

export function oneOf<T>(values: readonly T[], usual: T): Reader<T>;
export function oneOf<T>(values: readonly T[]): Reader<T | undefined>;
export function oneOf<T>(values: readonly T[], usual?: T): Reader<T | undefined> {
  return (written) => values.find((value) => value === written) ?? usual;
}

export const flag =
  (usual: boolean): Reader<boolean> =>
  (written) =>
    typeof written === 'boolean' ? written : usual;

export const words: Reader<string> = (written) =>
  typeof written === 'string' || typeof written === 'number' ? String(written) : '';

export const dayOr =
  (usual: string): Reader<string> =>
  (written) =>
    typeof written === 'string' && /^(\d{4}-\d{2}-\d{2})?$/.test(written) ? written : usual;

export const recordId: Reader<string | null> = (written) =>
  typeof written === 'string' && isId(written) ? written : null;

/** What a page is narrowed to, in its address: it can be linked, reloaded and come back to. What is usual is not written there. */
export function useAddress<T extends object>(
  readers: { [K in keyof T]: Reader<T[K]> },
): [T, (change: Partial<T>) => void] {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const keys = Object.keys(readers) as (keyof T & string)[];
  const value = Object.fromEntries(keys.map((key) => [key, readers[key](search[key])])) as T;
  const put = (change: Partial<T>) => {
    const written = keys
      .filter((key) => key in change)
      .map((key) => [key, change[key] === readers[key](undefined) ? undefined : change[key]]);
    void navigate({
      to: '.',
      replace: true,
      search: (before: object) => ({ ...before, ...Object.fromEntries(written) }),
    });
  };
  return [value, put];
}
