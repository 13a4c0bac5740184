import { z } from 'zod';

/** One entry in the history of a field. */
export const fieldChange = z.strictObject({
  eventId: z.string(),
  at: z.string(),
  by: z.string(),
  from: z.unknown(),
  to: z.unknown(),
  source: z.string().nullable(),
  reason: z.string().nullable(),
});
export type FieldChange = z.infer<typeof fieldChange>;
