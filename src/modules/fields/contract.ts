import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import {
  customerKinds,
  fieldDefinition,
  fieldOption,
  fieldRules,
  fieldTypeKeys,
  recordObjects,
  sectionDefinition,
  sensitivities,
  textShape,
} from '#shared/fields.ts';
import { idParams } from '#shared/pages.ts';

const tag = 'fields';
const name = textShape.refine((text) => text.zh.trim() !== '' && text.en.trim() !== '', 'input.required');

const wholeDictionary = z.strictObject({
  version: z.number().int(),
  fields: z.array(fieldDefinition),
  sections: z.array(sectionDefinition),
});

export const getDictionary = endpoint({
  method: 'GET',
  path: '/fields',
  tag,
  summary: 'The field dictionary, as far as the caller may read its fields',
  access: 'signed-in',
  response: wholeDictionary.extend({
    /** Names of hidden fields, for views and links that still ask for them. */
    hiddenFields: z.array(fieldDefinition.pick({ object: true, key: true, label: true })),
  }),
});

export const getWholeDictionary = endpoint({
  method: 'GET',
  path: '/fields/all',
  tag,
  summary: 'The whole dictionary with hidden fields, for the designer',
  access: 'field:manage',
  response: wholeDictionary,
});

const settings = {
  label: name,
  help: textShape,
  section: z.string().min(1).max(60),
  kinds: z.array(z.enum(customerKinds)).min(1).nullable(),
  position: z.number(),
  required: z.boolean(),
  unique: z.boolean(),
  defaultValue: z.unknown(),
  rules: fieldRules,
  options: z.array(fieldOption).max(500),
  sensitivity: z.enum(sensitivities),
  personal: z.enum(['none', 'personal', 'sensitive']),
  purpose: z.string().max(200),
  tracked: z.boolean(),
  searchable: z.boolean(),
  filterable: z.boolean(),
  weight: z.number().min(0).max(1000),
  hidden: z.boolean(),
};

export const createField = endpoint({
  method: 'POST',
  path: '/fields',
  tag,
  summary: 'Add a custom field; it is at once on cards, in lists, filters, search, import, export and API',
  access: 'field:manage',
  status: 201,
  idempotent: true,
  body: z
    .strictObject({
      object: z.enum(recordObjects),
      /** Made from the English label when left out. */
      key: z
        .string()
        .regex(/^[a-z][A-Za-z0-9_]{1,39}$/, 'field.keyFormat')
        .optional(),
      type: z.enum(fieldTypeKeys),
      label: settings.label,
      section: settings.section,
    })
    .extend(z.strictObject(settings).omit({ label: true, section: true }).partial().shape),
  response: fieldDefinition,
});

export const updateField = endpoint({
  method: 'PATCH',
  path: '/fields/:id',
  tag,
  summary: 'Change a field; hiding keeps its data',
  access: 'field:manage',
  params: idParams,
  ifMatch: true,
  body: z.strictObject(settings).partial(),
  response: fieldDefinition,
});

const conversion = z.strictObject({
  type: z.enum(fieldTypeKeys),
  options: z.array(fieldOption).max(500).optional(),
  rules: fieldRules.optional(),
});
export const previewConversion = endpoint({
  method: 'POST',
  path: '/fields/:id/conversion/preview',
  tag,
  summary: 'Whether all values of a custom field convert to another type, with those that do not',
  access: 'field:manage',
  params: idParams,
  body: conversion,
  response: z.strictObject({
    total: z.number().int(),
    convertible: z.number().int(),
    failures: z.array(
      z.strictObject({
        recordId: z.string(),
        /** Of the record, and the customer it belongs to, where the caller may see it. */
        name: z.string().optional(),
        customerId: z.string().optional(),
        value: z.string(),
        code: z.string(),
        params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
      }),
    ),
    /** The default does not convert and falls away. */
    defaultLost: z.boolean(),
  }),
});
export const convertField = endpoint({
  method: 'POST',
  path: '/fields/:id/conversion',
  tag,
  summary: 'Convert a custom field to another type; refused unless every value converts',
  access: 'field:manage',
  params: idParams,
  ifMatch: true,
  body: conversion,
  response: fieldDefinition,
});

export const createSection = endpoint({
  method: 'POST',
  path: '/sections',
  tag,
  summary: 'Add a section',
  access: 'field:manage',
  status: 201,
  idempotent: true,
  body: z.strictObject({ object: z.enum(recordObjects), label: name, kinds: settings.kinds.default(null) }),
  response: sectionDefinition,
});
export const updateSection = endpoint({
  method: 'PATCH',
  path: '/sections/:id',
  tag,
  summary: 'Rename, move or hide a section',
  access: 'field:manage',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ label: name, kinds: settings.kinds, position: z.number(), hidden: z.boolean() }).partial(),
  response: sectionDefinition,
});

const numbering = z.strictObject({
  pattern: z.string().max(60),
  reset: z.enum(['never', 'year', 'month']),
  example: z.string(),
  version: z.number().int(),
});
export const getNumbering = endpoint({
  method: 'GET',
  path: '/numbering',
  tag,
  summary: 'Rule of the dossier number',
  access: 'field:manage',
  response: numbering,
});
export const updateNumbering = endpoint({
  method: 'PUT',
  path: '/numbering',
  tag,
  summary: 'Change the rule of the dossier number; given numbers stay',
  access: 'field:manage',
  ifMatch: true,
  body: z.strictObject({ pattern: z.string().min(1).max(60), reset: z.enum(['never', 'year', 'month']) }),
  response: numbering,
});
