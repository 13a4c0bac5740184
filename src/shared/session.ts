import { z } from 'zod';
import { scopes } from './access.ts';
import { sensitivities } from './fields.ts';
import { languages } from './languages.ts';

/** What the browser knows about the caller: who, in which company, and what may be done. */
export const sessionShape = z.strictObject({
  user: z.strictObject({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    lang: z.enum(languages),
    teamId: z.string().nullable(),
    preferences: z.record(z.string(), z.unknown()),
    totpEnabled: z.boolean(),
  }),
  org: z.strictObject({
    id: z.string(),
    name: z.string(),
    preset: z.string(),
    timeZone: z.string(),
    currency: z.string(),
    country: z.string(),
    defaultLang: z.enum(languages),
    /** What links in mails and codes begin with. */
    address: z.string(),
  }),
  grants: z.record(z.string(), z.enum(scopes)),
  clearance: z.enum(sensitivities),
  sectionClearance: z.record(z.string(), z.enum(sensitivities)),
  exportLimit: z.number().nullable(),
  dictionaryVersion: z.number().int(),
});
export type SessionInfo = z.infer<typeof sessionShape>;
