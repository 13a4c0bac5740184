/** What can go wrong while signing in through an identity provider; the sign-in page reads it from its address. */
export const identityProblems = [
  'identity.refused',
  'identity.unreachable',
  'identity.notTrusted',
  'identity.expired',
  'identity.unknownUser',
  'identity.otherPerson',
] as const;
export type IdentityProblem = (typeof identityProblems)[number];
