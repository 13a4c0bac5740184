import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';

const tag = 'today';

export const neglectedCustomers = endpoint({
  method: 'GET',
  path: '/today/customers',
  tag,
  summary: 'My customers who have not heard from us for too long',
  access: 'customer:read',
  query: z.strictObject({ days: z.coerce.number().int().min(1).max(730).default(30) }),
  response: z.strictObject({
    days: z.number().int(),
    total: z.number().int(),
    items: z.array(
      z.strictObject({
        id: z.string(),
        number: z.string(),
        name: z.string(),
        grade: z.string().nullable(),
        lastContactAt: z.string().nullable(),
      }),
    ),
  }),
});

export const teamToday = endpoint({
  method: 'GET',
  path: '/today/team',
  tag,
  summary: 'Where the people of my team stand: tasks, activities, neglected customers',
  access: 'team:today',
  response: z.strictObject({
    days: z.number().int(),
    items: z.array(
      z.strictObject({
        id: z.string(),
        name: z.string(),
        dueToday: z.number().int(),
        overdue: z.number().int(),
        activities7d: z.number().int(),
        customers: z.number().int(),
        neglected: z.number().int(),
      }),
    ),
    /** There are more people than these, with fewer overdue tasks. */
    more: z.boolean(),
  }),
});
