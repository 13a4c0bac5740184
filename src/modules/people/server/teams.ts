import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';

/** Whether rules of assignment may give customers to the people of a team; the caller has locked it. */
export async function setAutoAssign(
  context: Context,
  team: { id: string; name: string; version: number; autoAssign: boolean },
  autoAssign: boolean,
) {
  if (team.autoAssign === autoAssign) return team;
  await context.tx
    .updateTable('team')
    .set({ auto_assign: autoAssign, version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', team.id)
    .execute();
  await recordEvent(context, {
    kind: 'team.updated',
    subjectKind: 'team',
    subjectId: team.id,
    changes: { autoAssign: { from: team.autoAssign, to: autoAssign } },
  });
  return { ...team, autoAssign, version: team.version + 1 };
}

type TeamFollower = (context: Context, userId: string) => Promise<unknown>;
const followers: TeamFollower[] = [];
/** Lets a module move what belongs to a user to the user's new team; called in the transaction of the change. */
export const registerTeamFollower = (follower: TeamFollower): void => void followers.push(follower);

export async function followTeam(context: Context, userId: string): Promise<void> {
  for (const follower of followers) await follower(context, userId);
}
