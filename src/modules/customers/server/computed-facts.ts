import { columnOf } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import type { FieldValues, Provenance } from '#shared/fields.ts';

/** What facts may be computed from: the card as it will be written. */
export interface CardState {
  kind: string;
  values: FieldValues;
  provenance: Record<string, Provenance>;
}
type FactsOfCard = (card: CardState) => Record<string, string | number | null>;
/** Reads what it needs once per transaction's step, then computes card by card without the database. */
export type FactSource = (context: Context) => Promise<FactsOfCard>;

const sources: FactSource[] = [];
/** Facts (fields added by `extendObject`) that follow from the card alone: written with every change of it, in the same statement. */
export const registerFactSource = (source: FactSource): void => void sources.push(source);

/** Columns of all computed facts of a card. */
export async function computedFacts(context: Context): Promise<(card: CardState) => Record<string, unknown>> {
  const made: FactsOfCard[] = [];
  for (const source of sources) made.push(await source(context));
  return (card) =>
    Object.fromEntries(
      made.flatMap((facts) => Object.entries(facts(card)).map(([key, value]) => [columnOf(key), value] as const)),
    );
}
