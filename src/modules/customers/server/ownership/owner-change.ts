import type { Context } from '#platform/context.ts';

/** Called in the same transaction once a customer has another owner, or none. What lies in a pool at night is told of in the morning. */
type OwnerFollower = (context: Context, customerId: string) => Promise<void>;
const followers: OwnerFollower[] = [];
/** Lets a module whose lists stand by owner move a customer on them at once. Called once while modules load. */
export const registerOwnerChange = (follower: OwnerFollower): void => void followers.push(follower);

export async function tellOwnerChange(context: Context, customerId: string): Promise<void> {
  for (const follow of followers) await follow(context, customerId);
}
