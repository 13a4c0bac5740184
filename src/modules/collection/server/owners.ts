import { sql } from 'kysely';
import { ownerTeam } from '#modules/people/index.ts';
import type { Context } from '#platform/context.ts';
import type { SheetOptions } from '#platform/sheets/target.ts';
import type { ParsedRow, RowPlan } from './rows.ts';

export interface Owner {
  ownerId: string | null;
  teamId: string | null;
}

/** Nobody: rules of assignment or a public pool decide. */
const nobody: Owner = { ownerId: null, teamId: null };

/** Who owns the new customers when it is the same for all rows. */
export async function commonOwner(context: Context, { owner }: SheetOptions): Promise<Owner> {
  if (owner.way === 'none' || owner.way === 'column') return nobody;
  if (owner.way === 'me' || !owner.personId) return { ownerId: context.actor.userId, teamId: context.actor.teamId };
  return { ownerId: owner.personId, teamId: await ownerTeam(context, owner.personId, 'owner.personId') };
}

/**
 * Owners of the rows as their column names them, by full name or sign-in address; people who left own nothing new. A name that
 * nobody or more than one person has makes the row wrong.
 */
export async function ownersOf(context: Context, plan: RowPlan, rows: ParsedRow[]): Promise<Map<string, Owner>> {
  const texts = [...new Set(rows.map((row) => row.owner.toLowerCase()).filter((text) => text !== ''))];
  const owners = new Map<string, Owner>([['', nobody]]);
  if (!plan.ownerColumn || texts.length === 0) return owners;
  const people = await sql<{ id: string; team_id: string | null; name: string; email: string }>`
    select id, team_id, lower(name) as name, lower(email) as email from app_user
    where org_id = ${context.orgId} and state <> 'blocked' and (lower(name) = any(${texts}) or lower(email) = any(${texts}))`.execute(
    context.tx,
  );
  const wrong = new Map<string, string>();
  for (const text of texts) {
    const byMail = people.rows.filter((person) => person.email === text);
    const found = byMail.length > 0 ? byMail : people.rows.filter((person) => person.name === text);
    const [person] = found;
    if (person && found.length === 1) owners.set(text, { ownerId: person.id, teamId: person.team_id });
    else wrong.set(text, person ? 'import.severalPeople' : 'import.nobody');
  }
  for (const row of rows) {
    const code = wrong.get(row.owner.toLowerCase());
    if (code) row.errors.push({ column: plan.ownerColumn.heading, value: row.owner.slice(0, 200), code, params: {} });
  }
  return owners;
}
