import { compareCodes, compareValues, type Level, levelCount, type Weigh } from './compare.ts';
import type { Column, Feature, Prepared, PreparedRecord } from './features.ts';
import { type ColumnStatistics, frequency, type Statistics, weigher } from './statistics.ts';

type Probabilities = number[];

interface Defaults {
  /** Probability of each level among records that are the same … */
  m: Probabilities;
  /** … and among records that are not. */
  u: Probabilities;
  /** Share of records that have one ordinary value of the feature. */
  background: number;
}

/** What is expected before any data are seen. Learning starts here and never goes far from here on little evidence. */
const defaults: Record<Feature | 'codes' | 'personName', Defaults> = {
  name: { m: [0.5, 0.19, 0.13, 0.09, 0.06, 0.03], u: [1e-5, 2e-5, 2e-4, 2e-3, 0.02, 0.977], background: 1e-4 },
  personName: { m: [0.8, 0.09, 0.04, 0.02, 0.02, 0.03], u: [1e-3, 1e-3, 2e-3, 8e-3, 0.05, 0.937], background: 1e-3 },
  person: { m: [0.5, 0.12, 0.08, 0.05, 0.05, 0.2], u: [1e-3, 1e-3, 2e-3, 8e-3, 0.05, 0.937], background: 5e-4 },
  address: { m: [0.35, 0.15, 0.13, 0.12, 0.12, 0.13], u: [1e-3, 2e-3, 5e-3, 0.02, 0.1, 0.872], background: 1e-3 },
  phone: { m: [0.64, 0.08, 0.05, 1e-3, 0.03, 0.2], u: [2e-5, 1e-5, 5e-5, 1e-4, 5e-3, 0.995], background: 1e-5 },
  email: { m: [0.58, 0.04, 0.05, 0.13, 1e-3, 0.2], u: [1e-6, 1e-6, 1e-5, 1e-4, 1e-4, 0.999], background: 2e-6 },
  website: { m: [0.7, 0.1, 1e-3, 1e-3, 1e-3, 0.197], u: [1e-5, 1e-5, 1e-4, 1e-4, 1e-4, 0.999], background: 1e-5 },
  code: { m: [0.85, 0.06, 1e-3, 1e-3, 1e-3, 0.087], u: [1e-7, 1e-5, 1e-4, 1e-4, 1e-4, 0.999], background: 1e-7 },
  dateOfBirth: { m: [0.82, 0.09, 0.03, 1e-3, 0.02, 0.039], u: [1e-4, 1e-3, 4e-3, 1e-3, 0.1, 0.894], background: 1e-4 },
  postcode: { m: [0.75, 0.1, 1e-3, 0.06, 1e-3, 0.088], u: [3e-3, 5e-3, 1e-3, 0.05, 1e-3, 0.94], background: 1e-3 },
  text: { m: [0.3, 0.15, 0.15, 0.15, 0.12, 0.13], u: [0.02, 0.01, 0.02, 0.05, 0.15, 0.75], background: 3e-3 },
  number: { m: [0.35, 0.1, 0.1, 0.12, 0.13, 0.2], u: [0.01, 0.01, 0.03, 0.07, 0.18, 0.7], background: 3e-3 },
  codes: { m: [0.4, 0.12, 0.15, 0.13, 1e-3, 0.2], u: [1e-4, 1e-3, 0.02, 0.05, 1e-3, 0.928], background: 2e-5 },
};

/** Missing on one side: says neither yes nor no. */
export const absent = 255;

/** One comparison: of a column's values, or of the model numbers in them. */
export interface Comparison {
  column: number;
  codes: boolean;
  m: Probabilities;
  u: Probabilities;
  background: number;
  /** Evidence that repeats what another comparison said already counts less. */
  weight: number;
  /** Says where a person lives: who moves changes all of it at once. */
  place: boolean;
}

export interface Model {
  columns: Column[];
  comparisons: Comparison[];
  /** Log-odds that a compared pair is the same before anything is compared. */
  prior: number;
}

/** A model of expectations for these columns. `person`: what most records are. */
export function defaultModel(columns: Column[], person: boolean, prior = -6.3): Model {
  const comparisons: Comparison[] = [];
  for (const [column, { feature }] of columns.entries()) {
    const { m, u, background } = defaults[feature === 'name' && person ? 'personName' : feature];
    const place = person && (feature === 'address' || feature === 'postcode');
    comparisons.push({ column, codes: false, m: [...m], u: [...u], background, weight: 1, place });
    if ((feature === 'name' && !person) || feature === 'text') {
      const codes = defaults.codes;
      comparisons.push({
        column,
        codes: true,
        m: [...codes.m],
        u: [...codes.u],
        background: codes.background,
        weight: 0.8,
        place: false,
      });
    }
  }
  return { columns, comparisons, prior };
}

/** Compares records by a model and the statistics of their columns. */
export interface Comparer {
  model: Model;
  /**
   * Fills `levels` and `surprise`, one entry for each comparison: the log of the share of records with the value, 0 when rare;
   * `certainly` for a difference that is no slip.
   */
  compare(a: PreparedRecord, b: PreparedRecord, levels: Uint8Array, surprise: Float32Array): void;
}

const oftenest = (column: ColumnStatistics, [one, two]: [Prepared, Prepared], expected: number) =>
  Math.max(frequency(column, one, expected), frequency(column, two, expected));

/** How often the rarest code of both occurs otherwise. */
function sharedCode(column: ColumnStatistics | undefined, a: string[], b: string[]): number {
  const counts = a.filter((code) => code.length >= 4 && b.includes(code)).map((code) => column?.words.get(code) ?? 0);
  return Math.max(0, Math.min(...counts) - 2) / ((column?.records ?? 0) + 100);
}

/** 0 for what has no share worth mentioning. */
const logShare = (share: number) => (share > 0 ? Math.log(share) : 0);

const swappable = (feature: Feature) => feature === 'name' || feature === 'address' || feature === 'person';

export function createComparer(model: Model, statistics: Statistics): Comparer {
  const weighers = statistics.map(weigher);
  const groups = (['name', 'person', 'address'] as Feature[])
    .map((feature) =>
      model.comparisons.flatMap((item, index) =>
        !item.codes && model.columns[item.column]?.feature === feature ? [index] : [],
      ),
    )
    .filter((list) => list.length > 1);
  const none: Weigh = () => 1;

  function valuesLevel(
    column: number,
    a: PreparedRecord,
    b: PreparedRecord,
    other = column,
  ): { level: number; values?: [Prepared, Prepared] } {
    const feature = model.columns[column]?.feature ?? 'text';
    if (feature === 'name' && a.kind !== b.kind) return { level: absent };
    const left = a.values[column] ?? [];
    const right = b.values[other] ?? [];
    if (left.length === 0 || right.length === 0) return { level: absent };
    let best: number = levelCount;
    let values: [Prepared, Prepared] | undefined;
    for (const one of left) {
      for (const two of right) {
        const level: Level = compareValues(feature, a.kind, one, two, weighers[column] ?? none);
        if (level < best) {
          best = level;
          values = [one, two];
        }
      }
    }
    return { level: best, values };
  }

  /** Given name and surname, or two lines of an address, written into each other's columns. */
  function exchange(a: PreparedRecord, b: PreparedRecord, levels: Uint8Array, surprise: Float32Array): void {
    for (const group of groups) {
      for (const [position, first] of group.entries()) {
        if ((levels[first] ?? absent) < 3) continue;
        for (const second of group.slice(position + 1)) {
          const one = model.comparisons[first];
          const two = model.comparisons[second];
          if (!one || !two || (levels[second] ?? absent) < 3) continue;
          if (!swappable(model.columns[one.column]?.feature ?? 'text')) continue;
          const cross = valuesLevel(one.column, a, b, two.column);
          const back = valuesLevel(two.column, a, b, one.column);
          const pairs: [number, typeof cross, Comparison][] = [
            [first, cross, one],
            [second, back, two],
          ];
          const found = pairs.filter(([, side]) => side.level <= 1);
          if (found.length === 0 || found.length + pairs.filter(([, side]) => side.level === absent).length < 2)
            continue;
          for (const [index, side, item] of found) {
            levels[index] = 1;
            const column = statistics[item.column];
            if (side.level === 0 && side.values && column) surprise[index] = logShare(oftenest(column, side.values, 2));
          }
        }
      }
    }
  }

  return {
    model,
    compare(a, b, levels, surprise) {
      for (const [index, item] of model.comparisons.entries()) {
        surprise[index] = 0;
        if (item.codes) {
          const left = a.values[item.column]?.[0];
          const right = b.values[item.column]?.[0];
          const level = left && right ? compareCodes(left.codes, right.codes) : undefined;
          levels[index] = level ?? absent;
          if (level === 0 && left && right)
            surprise[index] = logShare(sharedCode(statistics[item.column], left.codes, right.codes));
          continue;
        }
        const { level, values } = valuesLevel(item.column, a, b);
        levels[index] = level;
        const column = statistics[item.column];
        // A frequent value proves little, also when it is met with a slip.
        if (level <= 1 && values && column) {
          // Names of firms are given once: a few equal ones are more often repetitions than namesakes.
          const named = model.columns[item.column]?.feature === 'name' && a.kind === 'company';
          surprise[index] = logShare(oftenest(column, values, named ? 5 : 2));
        }
        if (level === 5 && values?.[0].checked && values[0].checked === values[1].checked) surprise[index] = certainly;
      }
      if (groups.length > 0) exchange(a, b, levels, surprise);
    },
  };
}

/** Two right credit codes are two legal bodies, two right identity cards two people, whatever else they share. */
const certainly = -30;

/** Evidence of one comparison in natural logarithms; above 0 speaks for the same. */
export function evidence(item: Comparison, level: number, surprise: number): number {
  if (level === absent) return 0;
  if (surprise === certainly) return certainly;
  const said = ratio(item, level, surprise);
  // The same value never says less than a near one, and never speaks against.
  return item.weight * (level === 0 ? Math.max(0, said, ratio(item, 1, surprise)) : said);
}

function ratio(item: Comparison, level: number, surprise: number): number {
  const usual = Math.log((level === 0 ? item.background : item.u[level]) ?? 1);
  const chance = level <= 1 && surprise < 0 ? Math.max(usual, surprise) : usual;
  return Math.log(item.m[level] ?? 1) - chance;
}

/** The nearer two values, the more it says: levels learned from little that are in the wrong order are taken together. */
export function ordered(item: Comparison): Comparison {
  const blocks: { levels: number[]; m: number; u: number }[] = [];
  for (let level = levelCount - 1; level > 0; level -= 1) {
    let block = { levels: [level], m: item.m[level] ?? 0, u: item.u[level] ?? 1 };
    for (let last = blocks.at(-1); last && block.m / block.u < last.m / last.u; last = blocks.at(-1)) {
      blocks.pop();
      block = { levels: [...last.levels, ...block.levels], m: last.m + block.m, u: last.u + block.u };
    }
    blocks.push(block);
  }
  const m = [...item.m];
  for (const block of blocks) for (const level of block.levels) m[level] = (block.m / block.u) * (item.u[level] ?? 1);
  return { ...item, m };
}

/** Least that all columns of where a person lives can say together: one in twenty has moved, and then they agree by chance. */
const moved = Math.log(0.05);

/** Log-odds that two compared records are the same; `at` is where the pair begins in the arrays. */
export function logOdds(model: Model, levels: ArrayLike<number>, surprise: ArrayLike<number>, at = 0): number {
  let sum = model.prior;
  let place = 0;
  for (const [index, item] of model.comparisons.entries()) {
    const found = evidence(item, levels[at + index] ?? absent, surprise[at + index] ?? 0);
    if (item.place) place += found;
    else sum += found;
  }
  return sum + Math.max(place, moved);
}

/** Log-odds of all that speaks against two records being the same, and of nothing else. */
export function contradiction(model: Model, levels: ArrayLike<number>, surprise: ArrayLike<number>): number {
  let sum = 0;
  let place = 0;
  for (const [index, item] of model.comparisons.entries()) {
    const found = evidence(item, levels[index] ?? absent, surprise[index] ?? 0);
    if (item.place) place += found;
    else sum += Math.min(0, found);
  }
  return sum + Math.min(0, Math.max(place, moved));
}

export const probability = (odds: number): number => 1 / (1 + Math.exp(-odds));

/** The score alone: most pairs that are looked at need no reasons. */
export function scoreOf(comparer: Comparer, a: PreparedRecord, b: PreparedRecord): number {
  const levels = new Uint8Array(comparer.model.comparisons.length);
  const surprise = new Float32Array(levels.length);
  comparer.compare(a, b, levels, surprise);
  return probability(logOdds(comparer.model, levels, surprise));
}

/** One line of why: what was compared, how it agreed, how strongly that speaks for (or against) the same. */
export interface Reason {
  column: string;
  feature: Feature | 'codes';
  level: number;
  a: string;
  b: string;
  /** Bits of evidence, rounded to a tenth. */
  bits: number;
}

/** Why two records have their score, the strongest reason first. */
export function explain(
  comparer: Comparer,
  a: PreparedRecord,
  b: PreparedRecord,
): { score: number; reasons: Reason[] } {
  const { model } = comparer;
  const levels = new Uint8Array(model.comparisons.length);
  const surprise = new Float32Array(model.comparisons.length);
  comparer.compare(a, b, levels, surprise);
  const shown = (record: PreparedRecord, column: number) =>
    (record.values[column] ?? [])
      .map((value) => value.raw)
      .join(' / ')
      .slice(0, 200);
  const places = model.comparisons.map((item, index) =>
    item.place ? evidence(item, levels[index] ?? absent, surprise[index] ?? 0) : 0,
  );
  const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
  const against = total(places.filter((value) => value < 0));
  // What a move would explain is taken from all that disagrees.
  const share = total(places) < moved ? (moved - total(places) + against) / against : 1;
  const reasons = model.comparisons.flatMap((item, index): Reason[] => {
    const level = levels[index] ?? absent;
    const column = model.columns[item.column];
    if (level === absent || !column) return [];
    const said = evidence(item, level, surprise[index] ?? 0);
    const counted = item.place && said < 0 ? said * share : said;
    const bits = Math.round((counted / Math.LN2) * 10) / 10;
    return [
      {
        column: column.key,
        feature: item.codes ? 'codes' : column.feature,
        level,
        a: shown(a, item.column),
        b: shown(b, item.column),
        bits,
      },
    ];
  });
  reasons.sort((x, y) => Math.abs(y.bits) - Math.abs(x.bits));
  return { score: probability(logOdds(model, levels, surprise)), reasons };
}
