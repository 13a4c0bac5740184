import type { Scope } from '#shared/access.ts';
import { addDays } from '#shared/dates/zoned.ts';
import type { FieldChoice } from '#shared/field-choices.ts';
import type { Governance, keptThings, NightlyFigures } from './governance-contract.ts';

/** Where a figure leads: another page with the same records, or details beside the governance page. */
export type Target =
  | PageTarget
  | { details: 'sizes' | 'growth' | 'views' | 'readers' | 'viewedCustomers'; permission?: string };
interface PageTarget {
  path: string;
  search: Record<string, unknown>;
  permission: string;
}

/** Figures are of the whole company: a reader of a narrower scope would find fewer there than they say. */
export const listsAll = ({ permission }: PageTarget, grants: Partial<Record<string, Scope>>): boolean =>
  grants[permission] === 'all';

const customers = (filter: object, more: object = {}): PageTarget => ({
  path: '/customers',
  search: { filter, ...more },
  permission: 'customer:read',
});
const fields = (only: FieldChoice): PageTarget => ({
  path: '/settings/fields',
  search: { only },
  permission: 'field:manage',
});
const users = (search: Record<string, string>): PageTarget => ({
  path: '/settings/users',
  search: { state: 'active', ...search },
  permission: 'user:read',
});
const log = (search: Record<string, string>): PageTarget => ({
  path: '/settings/audit',
  search,
  permission: 'audit:read',
});
const access = (n: NightlyFigures, what: string) => log({ log: 'access', from: n.since, what });

/** Customers created in a month, as the list counts them. */
export function createdIn(month: string): PageTarget {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const next = number === 12 ? `${year + 1}-01-01` : `${year}-${String(number + 1).padStart(2, '0')}-01`;
  return customers({ field: 'createdAt', op: 'between', value: [`${month}-01`, addDays(next, -1)] });
}

/** Users who hold a role, and the role itself. */
export const roleUsers = (roleId: string): PageTarget => users({ role: roleId });
export const roleItself = (roleId: string): PageTarget => ({
  path: '/settings/roles',
  search: { role: roleId },
  permission: 'user:read',
});

/** Every figure of the page with its value and what it opens; a test opens each and counts. */
export function governanceFigures(data: Governance, n: NightlyFigures) {
  const first = data.growth[0];
  return {
    customers: { value: n.customers, target: customers({ all: [] }) },
    contacts: { value: n.contacts, target: { path: '/contacts', search: {}, permission: 'customer:read' } },
    events: { value: n.events, target: log({ log: 'event' }) },
    fields: { value: data.fields.total, target: fields('all') },
    custom: { value: data.fields.custom, target: fields('custom') },
    personal: { value: data.fields.personal, target: fields('personal') },
    databaseBytes: { value: n.databaseBytes, target: { details: 'sizes' } },
    customersNew30: {
      value: n.customersNew30,
      target: customers({ field: 'createdAt', op: 'gte', value: n.since }),
    },
    growth: { value: n.customers - (first?.customers ?? n.customers), target: { details: 'growth' } },
    filterable: { value: data.fields.filterable, target: fields('filterable') },
    views: { value: data.fields.views, target: { details: 'views', permission: 'customer:read' } },
    activeUsers: { value: data.users.active, target: users({}) },
    noOwner: { value: n.noOwner, target: customers({ field: 'ownerId', op: 'empty' }) },
    secondFactor: { value: data.users.secondFactor, target: users({ secondFactor: 'on' }) },
    secondFactorOff: {
      value: data.users.active - data.users.secondFactor,
      target: users({ secondFactor: 'off' }),
    },
    sensitive: { value: data.fields.sensitive, target: fields('sensitive') },
    failedSignIns30: { value: n.failedSignIns30, target: access(n, 'signInFailed') },
    denied30: { value: n.denied30, target: access(n, 'denied') },
    trashed: { value: n.trashed, target: customers({ all: [] }, { state: 'trashed' }) },
    views30: { value: n.views30, target: access(n, 'view') },
    viewedCustomers30: { value: n.viewedCustomers30, target: { details: 'viewedCustomers' } },
    searches30: { value: n.searches30, target: access(n, 'search') },
    exports30: { value: n.exports30, target: access(n, 'export') },
    readers30: { value: n.readers30, target: { details: 'readers' } },
    tracked: { value: data.fields.tracked, target: fields('tracked') },
    low: { value: n.low, target: customers({ field: 'completeness', op: 'lt', value: 60 }) },
    stale: { value: n.stale, target: customers({ field: 'staleFields', op: 'gt', value: 0 }) },
    invalid: { value: n.invalid, target: customers({ field: 'invalidPoints', op: 'gt', value: 0 }) },
  } satisfies Record<string, { value: number; target: Target }>;
}
/** Where what is kept for some days stands; an uploaded picture nobody used stands nowhere. */
export const keptTargets: Partial<Record<(typeof keptThings)[number], PageTarget>> = {
  exportFile: { path: '/exports', search: {}, permission: 'customer:export' },
  importFile: { path: '/imports', search: {}, permission: 'import:run' },
  mergeUndo: { path: '/duplicates', search: { tab: 'merges' }, permission: 'customer:merge' },
  cardPicture: { path: '/business-cards', search: {}, permission: 'businessCard:scan' },
  accessFigure: { path: '/settings/unusual-access', search: {}, permission: 'audit:configure' },
  visitPlace: { path: '/settings/work', search: { tab: 'rules' }, permission: 'activity:template' },
};
export type FigureKey = keyof ReturnType<typeof governanceFigures>;
