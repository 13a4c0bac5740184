import { sql } from 'kysely';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { addDays } from '#shared/dates/zoned.ts';

/** People on whom the actor may use a permission, as SQL over a user id: oneself, the team, everybody. */
export const overPerson = (context: Context, permission: string, userId: string) => sql<boolean>`exists (
  select 1 from (select id as owner_id, team_id, null::uuid as region_id from app_user
    where org_id = ${context.orgId}) person
  where person.owner_id = ${sql.ref(userId)} and ${visible(context.actor, permission, 'person')})`;

/** 1 Monday … 7 Sunday. */
export const weekdayOf = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
export const mondayOf = (day: string): string => addDays(day, 1 - weekdayOf(day));
