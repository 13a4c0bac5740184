import type { Context } from '#platform/context.ts';
import type { FileStore } from '#platform/files/store.ts';
import { invalid, notFound } from '#shared/errors.ts';
import type { AnswerValues, FrozenContent } from '../../form-content.ts';

/** Ties uploaded files to their answer: only those that came over the same link and belong to none yet. */
export async function attachFiles(
  context: Context,
  files: FileStore,
  answer: { id: string; linkId: string; formId: string },
  content: FrozenContent,
  values: AnswerValues,
): Promise<void> {
  for (const item of content.questions.filter((one) => one.type === 'file')) {
    const ids = (values[item.id] ?? []) as string[];
    if (ids.length === 0) continue;
    const attached = await context.tx
      .updateTable('form_file')
      .set({ answer_id: answer.id })
      .where('org_id', '=', context.orgId)
      .where('id', 'in', ids)
      .where('link_id', '=', answer.linkId)
      .where('question', '=', item.id)
      .where('answer_id', 'is', null)
      .returning('file_id')
      .execute();
    if (attached.length !== new Set(ids).size) throw invalid([{ field: `values.${item.id}`, code: 'form.fileGone' }]);
    await files.keep(
      context,
      attached.map((row) => row.file_id),
    );
  }
}

/** The register number of a file of an answer already loaded for the caller. */
export async function fileOfAnswer(context: Context, answerId: string, id: string): Promise<string> {
  const row = await context.tx
    .selectFrom('form_file')
    .select('file_id')
    .where('org_id', '=', context.orgId)
    .where('answer_id', '=', answerId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw notFound('file');
  return row.file_id;
}
