import { dictionaryFor } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import type { Both, FrozenContent, FrozenQuestion } from '../../form-content.ts';

/** Revisions looked back for questions that are asked no more. */
const lookBack = 50;

type Options = FrozenQuestion['options'];
/** Today's options, then those somebody could choose before. */
const joined = (now: Options, before: Options): Options =>
  now || before
    ? [...(now ?? []), ...(before ?? []).filter((old) => !now?.some((one) => one.key === old.key))]
    : undefined;

/** Every question answers may hold that the reader may see: those of the newest revision in order, then what was asked before. */
export async function askedQuestions(context: Context, formId: string): Promise<FrozenQuestion[]> {
  const revisions = await context.tx
    .selectFrom('form_revision')
    .select('content')
    .where('org_id', '=', context.orgId)
    .where('form_id', '=', formId)
    .orderBy('number', 'desc')
    .limit(lookBack)
    .execute();
  const asked = new Map<string, FrozenQuestion>();
  for (const { content } of revisions)
    for (const item of (content as FrozenContent).questions) {
      const known = asked.get(item.id);
      if (!known) asked.set(item.id, item);
      else if (known.type === item.type)
        asked.set(item.id, {
          ...known,
          options: joined(known.options, item.options),
          rows: joined(known.rows, item.rows),
        });
    }
  const { fields } = await dictionaryFor(context);
  return [...asked.values()].filter(
    (item) =>
      item.type !== 'heading' &&
      (item.type !== 'field' || fields.some((field) => field.object === item.object && field.key === item.field)),
  );
}

/** What a question is called: its own title, or the name of the field it asks for. */
export const questionTitle = (item: FrozenQuestion): Both =>
  item.title.zh === '' && item.definition ? item.definition.label : item.title;
