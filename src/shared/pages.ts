import { z } from 'zod';

/** Shape of every list answer: a page and the cursor of the next one (null at the end). */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });

/** `limit` and `cursor` of every list. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(2000).optional(),
};

export const idParams = z.strictObject({ id: z.uuid() });

/** A count that says whether it is exact: beyond a limit only the order of magnitude is cheap. */
export const countShape = z.strictObject({ value: z.number().int(), exact: z.boolean() });
export type Count = z.infer<typeof countShape>;
