import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';
import { endBeforeStart, endsAfterStart, toldTogether } from './rules.ts';

const tag = 'relations';
export const endKinds = ['customer', 'contact', 'user'] as const;
export type EndKind = (typeof endKinds)[number];
const endKind = z.enum(endKinds);
const name = z.string().trim().min(1).max(60);

/** A kind of relation with its name in both directions. */
export const relationTypeShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  key: z.string(),
  /** What the second is to the first: 子公司. */
  name: z.strictObject({ zh: z.string(), en: z.string() }),
  /** What the first is to the second: 母公司. */
  inverse: z.strictObject({ zh: z.string(), en: z.string() }),
  symmetric: z.boolean(),
  acyclic: z.boolean(),
  firstKinds: z.array(endKind),
  secondKinds: z.array(endKind),
  builtin: z.boolean(),
  hidden: z.boolean(),
});
export type RelationType = z.infer<typeof relationTypeShape>;
const typeBody = {
  name: z.strictObject({ zh: name, en: name }),
  inverse: z.strictObject({ zh: name, en: name }),
  firstKinds: z.array(endKind).min(1).max(3),
  secondKinds: z
    .array(z.enum(['customer', 'contact']))
    .min(1)
    .max(2),
};

export const listRelationTypes = endpoint({
  method: 'GET',
  path: '/relation-types',
  tag,
  summary: 'Kinds of relations, hidden ones included',
  access: 'customer:read',
  response: z.strictObject({ items: z.array(relationTypeShape) }),
});
export const createRelationType = endpoint({
  method: 'POST',
  path: '/relation-types',
  tag,
  summary: 'Add a kind of relation',
  access: 'relationType:manage',
  status: 201,
  idempotent: true,
  body: z.strictObject({ ...typeBody, symmetric: z.boolean().default(false), acyclic: z.boolean().default(false) }),
  response: relationTypeShape,
});
export const updateRelationType = endpoint({
  method: 'PATCH',
  path: '/relation-types/:id',
  tag,
  summary: 'Rename or hide a kind of relation',
  access: 'relationType:manage',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({
    name: typeBody.name.optional(),
    inverse: typeBody.inverse.optional(),
    hidden: z.boolean().optional(),
  }),
  response: relationTypeShape,
});

/** One end of a relation as the caller may see it. */
export const relationEnd = z.strictObject({
  kind: endKind,
  id: z.string(),
  name: z.string(),
  /** Customer of a person, number of a customer. */
  detail: z.string().nullable(),
  customerId: z.string().nullable(),
});
export type RelationEnd = z.infer<typeof relationEnd>;
export const relationShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  typeId: z.string(),
  first: relationEnd,
  second: relationEnd,
  fromOn: z.string().nullable(),
  toOn: z.string().nullable(),
  strength: z.number().int(),
  source: z.string().nullable(),
  note: z.string().nullable(),
  thanks: z
    .strictObject({
      dueOn: z.string().nullable(),
      at: z.string().nullable(),
      by: z.string().nullable(),
      note: z.string().nullable(),
    })
    .nullable(),
  can: z.strictObject({ update: z.boolean() }),
});
export type RelationView = z.infer<typeof relationShape>;

const of = { kind: endKind, id: z.uuid() };
export const listRelations = endpoint({
  method: 'GET',
  path: '/relations',
  tag,
  summary:
    'Relations of a customer or a person in both directions; a relation to somebody the caller may not see is left out',
  access: 'customer:read',
  query: z.strictObject({ ...pageQuery, ...of }),
  response: pageOf(relationShape).extend({
    /** Relations that follow from the card: parent, dealer, household and those below. On the first page only. */
    derived: z.array(z.strictObject({ typeKey: z.string(), outward: z.boolean(), other: relationEnd })),
  }),
});

const relationBody = {
  fromOn: z.iso.date().nullable().optional(),
  toOn: z.iso.date().nullable().optional(),
  strength: z.number().int().min(1).max(5).optional(),
  source: z.string().trim().max(200).nullable().optional(),
  note: z.string().trim().max(2000).nullable().optional(),
  /** Day by which a referral should be thanked for; null: no thanks owed. */
  thanksDueOn: z.iso.date().nullable().optional(),
};
export const createRelation = endpoint({
  method: 'POST',
  path: '/relations',
  tag,
  summary: 'Record a relation between two customers or people, or that a user knows somebody',
  access: 'customer:read',
  status: 201,
  idempotent: true,
  body: z
    .strictObject({
      typeId: z.uuid(),
      first: z.strictObject(of),
      second: z.strictObject(of),
      ...relationBody,
    })
    .refine(endsAfterStart, endBeforeStart)
    .refine(({ first, second }) => first?.id === undefined || first.id !== second?.id, {
      message: 'relation.self',
      path: ['second', 'id'],
      when: toldTogether,
    }),
  response: relationShape,
});
export const updateRelation = endpoint({
  method: 'PATCH',
  path: '/relations/:id',
  tag,
  summary: 'Change dates, strength, source or note of a relation',
  access: 'customer:read',
  params: idParams,
  ifMatch: true,
  body: z.strictObject(relationBody),
  response: relationShape,
});
export const removeRelation = endpoint({
  method: 'DELETE',
  path: '/relations/:id',
  tag,
  summary: 'Remove a relation recorded by mistake',
  access: 'customer:read',
  params: idParams,
  ifMatch: true,
  status: 204,
  response: z.undefined(),
});
export const thank = endpoint({
  method: 'PUT',
  path: '/relations/:id/thanks',
  tag,
  summary: 'Say that a referral was thanked for',
  access: 'customer:read',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ note: z.string().trim().max(500).optional() }),
  response: relationShape,
});
export const unthank = endpoint({
  method: 'DELETE',
  path: '/relations/:id/thanks',
  tag,
  summary: 'Thanks are owed again',
  access: 'customer:read',
  params: idParams,
  ifMatch: true,
  response: relationShape,
});

export const graphNode = relationEnd.extend({
  grade: z.string().nullable(),
  attitude: z.string().nullable(),
});
export type GraphNode = z.infer<typeof graphNode>;
export const graphEdge = z.strictObject({
  id: z.string(),
  from: z.string(),
  to: z.string(),
  /** A type of the catalogue, or `worksAt` and `reportsTo` from the posts. */
  typeKey: z.string(),
  strength: z.number().int(),
});
export type GraphEdge = z.infer<typeof graphEdge>;
const graph = z.strictObject({ nodes: z.array(graphNode), edges: z.array(graphEdge), truncated: z.boolean() });

export const relationGraph = endpoint({
  method: 'GET',
  path: '/relations/graph',
  tag,
  summary:
    'Everybody around a customer or a person up to some steps; without a centre the newest relations. Only what the caller may see',
  access: 'customer:read',
  query: z.strictObject({
    kind: z.enum(['customer', 'contact']).optional(),
    id: z.uuid().optional(),
    steps: z.coerce.number().int().min(1).max(3).default(1),
    limit: z.coerce.number().int().min(1).max(1000).default(300),
    /** Comma-separated type keys; all unless told. */
    types: z.string().max(1000).optional(),
    minStrength: z.coerce.number().int().min(1).max(5).default(1),
    /** Ties that held on this day; today unless told. */
    on: z.iso.date().optional(),
  }),
  response: graph,
});

export const introductions = endpoint({
  method: 'GET',
  path: '/relations/introductions',
  tag,
  summary:
    'Who can introduce me: the shortest way from me to a customer or a person through those I may see, the strongest of the shortest',
  access: 'customer:read',
  query: z.strictObject({ kind: z.enum(['customer', 'contact']), id: z.uuid() }),
  response: z.strictObject({
    paths: z.array(
      z.strictObject({
        /** From a user to the target. */
        steps: z.array(relationEnd),
        edges: z.array(z.strictObject({ typeKey: z.string(), outward: z.boolean(), strength: z.number().int() })),
        mine: z.boolean(),
      }),
    ),
    /** The search met its limit of visited nodes before all ways were tried. */
    truncated: z.boolean(),
  }),
});
export type Introductions = z.infer<typeof introductions.response>;

export const referrer = z.strictObject({
  referrer: relationEnd,
  direct: z.number().int(),
  /** Direct ones, those they brought in turn, and so on. */
  chain: z.number().int(),
  thanksDue: z.number().int(),
  /** What all of the chain bought, per currency; null when the caller may not see purchases. */
  revenue: z.array(z.strictObject({ amountMinor: z.string(), currency: z.string() })).nullable(),
});
export type Referrer = z.infer<typeof referrer>;
export const listReferrers = endpoint({
  method: 'GET',
  path: '/referrals/referrers',
  tag,
  summary:
    'Who brought customers, those who brought most first; by revenue the chains of the 2,000 who brought most, for who may see purchases',
  access: 'customer:read',
  query: z.strictObject({
    ...pageQuery,
    thanksDue: z.enum(['true', 'false']).optional(),
    sort: z.enum(['direct', 'revenue']).default('direct'),
  }),
  response: pageOf(referrer),
});
export const referralChain = endpoint({
  method: 'GET',
  path: '/referrals/chain',
  tag,
  summary: 'Everybody somebody brought, and whom those brought',
  access: 'customer:read',
  query: z.strictObject({ kind: z.enum(['customer', 'contact']), id: z.uuid() }),
  response: z.strictObject({
    items: z.array(
      z.strictObject({
        relationId: z.string(),
        version: z.number().int(),
        by: z.string(),
        depth: z.number().int(),
        referred: relationEnd,
        fromOn: z.string().nullable(),
        thanks: relationShape.shape.thanks,
        can: z.strictObject({ update: z.boolean() }),
        revenue: z.array(z.strictObject({ amountMinor: z.string(), currency: z.string() })).nullable(),
      }),
    ),
    truncated: z.boolean(),
  }),
});
