import type { AssignmentWay } from '../../assignment-contract.ts';
import type { PoolRow } from '../ownership/pools.ts';
import type { Candidate } from './candidates.ts';

/** A rule as it is applied. */
export interface Rule {
  id: string;
  name: string;
  way: AssignmentWay;
  /** Whose turn it was last. */
  lastUserId: string | null;
  /** How many it gave in this run. */
  given: number;
}

/** What a rule decided for one customer. */
export interface Decision {
  ruleId: string;
  ownerId: string | null;
  teamId: string | null;
  regionId: string | null;
  pool: string | null;
}

/** Those a rule speaks of, before limits. */
function named(way: AssignmentWay, person: Candidate, region: string | undefined): boolean {
  switch (way.method) {
    case 'person':
      return person.id === way.userId;
    case 'region':
      return region !== undefined && person.regions.includes(region);
    case 'capability':
      return person.capabilities.includes(way.capability) && (way.teamId === null || person.teams.includes(way.teamId));
    case 'roundRobin':
    case 'leastLoaded':
      return (way.teamId !== null && person.teams.includes(way.teamId)) || way.userIds.includes(person.id);
    default:
      return false;
  }
}

/** Whether the limits of the customer's home pool leave room. */
function hasRoom(person: Candidate, home: PoolRow | undefined): boolean {
  if (!home) return true;
  const held = person.held.get(home.id) ?? { holding: 0, today: 0 };
  return (
    (home.holding_cap === null || held.holding < home.holding_cap) &&
    (home.claim_limit === null || held.today < home.claim_limit)
  );
}

/** In turn: the next by id after the last one, so that who joins or leaves disturbs nobody else's turn. */
const inTurn = (free: Candidate[], last: string | null): Candidate | undefined =>
  free.find((person) => last !== null && person.id > last) ?? free[0];

const lightest = (free: Candidate[]): Candidate | undefined =>
  free.reduce<Candidate | undefined>(
    (best, person) => (best === undefined || person.customers < best.customers ? person : best),
    undefined,
  );

/**
 * What a rule does with a customer; undefined when nobody it names can take it. Counts the choice at once, so that the next
 * customer of the same run sees it. `candidates` are in the order of their ids, `region` is the customer's as the rule finds it.
 */
export function decide(
  rule: Rule,
  candidates: Iterable<Candidate>,
  home: PoolRow | undefined,
  region?: string,
): Decision | undefined {
  const { way } = rule;
  const nobody = { ruleId: rule.id, ownerId: null, teamId: null, regionId: null, pool: null };
  if (way.method === 'pool') return counted(rule, { ...nobody, pool: way.poolId });
  if (way.method === 'team') return counted(rule, { ...nobody, teamId: way.teamId });
  const free = [...candidates].filter((person) => named(way, person, region) && hasRoom(person, home));
  const person = way.method === 'roundRobin' ? inTurn(free, rule.lastUserId) : lightest(free);
  if (!person) return undefined;
  rule.lastUserId = person.id;
  person.customers += 1;
  if (home) {
    const held = person.held.get(home.id) ?? { holding: 0, today: 0 };
    person.held.set(home.id, { holding: held.holding + 1, today: held.today + 1 });
  }
  return counted(rule, { ...nobody, ownerId: person.id, teamId: person.teamId, regionId: region ?? null });
}

function counted(rule: Rule, decision: Decision): Decision {
  rule.given += 1;
  return decision;
}
