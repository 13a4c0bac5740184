import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { pageOf, pageQuery } from '#shared/pages.ts';

const tag = 'oversight';
const day = z.iso.date();
const dayParams = z.strictObject({ repId: z.uuid(), day });

export const discussionRow = z.strictObject({
  repId: z.string(),
  repName: z.string(),
  /** Records of the day; 500 stands for 500 or more. */
  records: z.number().int(),
  customers: z.number().int(),
  remarks: z.number().int(),
  discussed: z.boolean(),
});
export type DiscussionRow = z.infer<typeof discussionRow>;

export const listDiscussions = endpoint({
  method: 'GET',
  path: '/discussions',
  tag,
  summary: 'Results of a day per rep; the last working day unless told',
  access: 'discussion:read',
  query: z.strictObject({ ...pageQuery, day: day.optional() }),
  response: pageOf(discussionRow).extend({ day: z.string() }),
});

export const discussionRemark = z.strictObject({
  id: z.string(),
  eventId: z.string().nullable(),
  authorName: z.string(),
  body: z.string(),
  createdAt: z.string(),
});
export const discussionDay = z.strictObject({
  repId: z.string(),
  repName: z.string(),
  day: z.string(),
  version: z.number().int(),
  discussedAt: z.string().nullable(),
  discussedByName: z.string().nullable(),
  remarks: z.array(discussionRemark),
  can: z.strictObject({ remark: z.boolean(), lead: z.boolean() }),
});
export type DiscussionDay = z.infer<typeof discussionDay>;

export const getDiscussion = endpoint({
  method: 'GET',
  path: '/discussions/:repId/:day',
  tag,
  summary: 'The discussion of one rep’s day',
  access: 'discussion:read',
  params: dayParams,
  response: discussionDay,
});

export const dayRecord = z.strictObject({
  id: z.string(),
  at: z.string(),
  kind: z.string(),
  subjectKind: z.string(),
  customer: z.strictObject({ id: z.string(), name: z.string() }).nullable(),
  /** Keys of changed fields the reader may see. */
  changed: z.array(z.string()),
  /** Title or text the record carries. */
  text: z.string().nullable(),
});
export type DayRecord = z.infer<typeof dayRecord>;

export const listDayRecords = endpoint({
  method: 'GET',
  path: '/discussions/:repId/:day/records',
  tag,
  summary: 'What the rep recorded on the day, in order',
  access: 'discussion:read',
  params: dayParams,
  query: z.strictObject(pageQuery),
  response: pageOf(dayRecord),
});

export const addDiscussionRemark = endpoint({
  method: 'POST',
  path: '/discussions/:repId/:day/remarks',
  tag,
  summary: 'Remark on the day or on one of its records; the rep replies the same way',
  access: 'discussion:read',
  params: dayParams,
  status: 201,
  idempotent: true,
  body: z.strictObject({
    eventId: z.uuid().nullable().default(null),
    body: z.string().trim().min(1).max(2000),
  }),
  response: discussionDay,
});

export const markDiscussed = endpoint({
  method: 'PUT',
  path: '/discussions/:repId/:day/discussed',
  tag,
  summary: 'Mark the day as discussed, or take that back',
  access: 'discussion:lead',
  params: dayParams,
  body: z.strictObject({ discussed: z.boolean() }),
  response: discussionDay,
});
