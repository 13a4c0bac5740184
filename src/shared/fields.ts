import { z } from 'zod';

/** Types a dictionary field may have; each has one entry in the field-type registry (`field-types/`). */
export const fieldTypeKeys = [
  'text',
  'longtext',
  'number',
  'money',
  'boolean',
  'date',
  'datetime',
  'lunarDate',
  'choice',
  'multichoice',
  'phone',
  'phones',
  'email',
  'emails',
  'url',
  'urls',
  'addresses',
  'texts',
  'region',
  'country',
  'user',
  'customer',
  'contact',
  'picture',
  'score',
] as const;
export type FieldType = (typeof fieldTypeKeys)[number];
/** Whether values of the type can be read as another, or others as this: a score is computed, and a picture is no text. */
export const isConvertible = (type: FieldType): boolean => type !== 'score' && type !== 'picture';

const unsearchable: ReadonlySet<FieldType> = new Set([
  ...(['money', 'boolean', 'datetime', 'lunarDate', 'user', 'customer', 'contact', 'picture', 'score'] as const),
]);
/** Whether the search box can find by values of the type: by what they say, or what the options they name are called. */
export const isSearchable = (type: FieldType): boolean => !unsearchable.has(type);

const repeating: ReadonlySet<FieldType> = new Set(['multichoice', 'addresses', 'boolean', 'score']);
/** Whether no two records may have the same value of the type. */
export const canBeUnique = (type: FieldType): boolean => !repeating.has(type);

export const sensitivities = ['open', 'internal', 'confidential', 'secret'] as const;
/** How sensitive a field is; a role's clearance must reach it, else the value never leaves the server. */
export type Sensitivity = (typeof sensitivities)[number];

export const customerKinds = ['company', 'individual', 'household', 'government', 'special', 'partner'] as const;
export type CustomerKind = (typeof customerKinds)[number];

/** Where a value came from (provenance, A8). */
export const valueSources = [
  'visit',
  'form',
  'agency',
  'statistics',
  'observation',
  'meeting',
  'reading',
  'broadcast',
  'exchange',
  'adviser',
  'purchase',
  'referral',
  'exhibition',
  'web',
  'businessCard',
  'intelligence',
  'import',
  'system',
] as const;
export type ValueSource = (typeof valueSources)[number];
/** Those a person may name; the others are noted by the system. */
export const namedSources = valueSources.filter((source) => source !== 'import' && source !== 'system');

export const textShape = z.strictObject({ zh: z.string().max(500), en: z.string().max(500) });

export const fieldOption = z.strictObject({
  key: z.string().min(1).max(64),
  zh: z.string().min(1).max(200),
  en: z.string().min(1).max(200),
  color: z.string().max(20).optional(),
  /** Kept for old values, not offered for new ones. */
  hidden: z.boolean().optional(),
});
export type FieldOption = z.infer<typeof fieldOption>;

/** Extra rules of a field; which apply depends on its type. */
export const fieldRules = z.strictObject({
  min: z.number().optional(),
  max: z.number().optional(),
  decimals: z.number().int().min(0).max(6).optional(),
  maxLength: z.number().int().min(1).max(20000).optional(),
  /** A check with a known algorithm. */
  format: z.enum(['uscc', 'idCard', 'postcode', 'bankCard']).optional(),
  /** Name of a reference list too long for options (industries, …). */
  reference: z.enum(['industry']).optional(),
  /** An instant at the company's midnight stands for the whole day: a step planned without a time. */
  midnightIsDay: z.boolean().optional(),
  /** The number is a sum in major units of the company's currency, read as money. */
  companyMoney: z.boolean().optional(),
  /** A day that has come: a birthday, a founding. */
  past: z.boolean().optional(),
  /** Unit shown after the number. */
  unit: z.string().max(20).optional(),
  /** Score: weighted sum of number, boolean or filled fields, computed when the record is saved. */
  score: z
    .array(z.strictObject({ field: z.string(), weight: z.number(), count: z.enum(['value', 'filled']) }))
    .max(50)
    .optional(),
});
export type FieldRules = z.infer<typeof fieldRules>;

export const recordObjects = ['customer', 'contact'] as const;
/** Kinds of record the dictionary describes. */
export type RecordObject = (typeof recordObjects)[number];

/** One entry of the field dictionary as the API shows it. */
export const fieldDefinition = z.strictObject({
  id: z.string(),
  object: z.enum(recordObjects),
  key: z.string(),
  type: z.enum(fieldTypeKeys),
  label: textShape,
  help: textShape,
  section: z.string(),
  /** null: applies to every kind of customer. */
  kinds: z.array(z.enum(customerKinds)).nullable(),
  position: z.number(),
  required: z.boolean(),
  unique: z.boolean(),
  defaultValue: z.unknown(),
  rules: fieldRules,
  options: z.array(fieldOption),
  sensitivity: z.enum(sensitivities),
  personal: z.enum(['none', 'personal', 'sensitive']),
  purpose: z.string(),
  tracked: z.boolean(),
  searchable: z.boolean(),
  filterable: z.boolean(),
  weight: z.number(),
  builtin: z.boolean(),
  /** Hidden everywhere; its data are kept. */
  hidden: z.boolean(),
  /** Set by the system: shown, filtered and exported, never written by a user. */
  readOnly: z.boolean(),
  version: z.number().int(),
});
export type FieldDefinition = z.infer<typeof fieldDefinition>;

export const sectionDefinition = z.strictObject({
  id: z.string(),
  object: z.enum(recordObjects),
  key: z.string(),
  label: textShape,
  kinds: z.array(z.enum(customerKinds)).nullable(),
  position: z.number(),
  hidden: z.boolean(),
  builtin: z.boolean(),
  version: z.number().int(),
});
export type SectionDefinition = z.infer<typeof sectionDefinition>;

/** The whole dictionary of one company; `version` grows with every change of it. */
export interface Dictionary {
  version: number;
  fields: FieldDefinition[];
  sections: SectionDefinition[];
}

export type FieldValues = Record<string, unknown>;

/** Where the present value of a tracked field came from, and whether somebody verified it. */
export const provenance = z.strictObject({
  source: z.enum(valueSources),
  note: z.string().optional(),
  at: z.string(),
  by: z.string().nullable(),
  /** When the customer said again that it is so; no audit, but no longer old. */
  confirmedAt: z.string().optional(),
  verifiedAt: z.string().nullable(),
  verifiedBy: z.string().nullable(),
});
export type Provenance = z.infer<typeof provenance>;

/** One phone, fax or messenger number of a record. `value` is E.164 where the number is valid. */
export interface PhoneValue {
  value: string;
  raw: string;
  type?: string;
  note?: string;
  valid: boolean;
}
export interface TextPointValue {
  value: string;
  type?: string;
  note?: string;
  valid: boolean;
}
export interface AddressValue {
  text: string;
  country?: string;
  region?: string;
  postcode?: string;
  type?: string;
  note?: string;
}
export interface MoneyValue {
  /** Integer minor units as text: 2^53 is too small for some currencies. */
  amount: string;
  currency: string;
}
export interface LunarDateValue {
  year?: number;
  month: number;
  day: number;
  leap: boolean;
}
