import { fullDictionary } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import type { RevisionResult } from '../revision-contract.ts';

interface Proposal {
  grade_from: string | null;
  grade_to: string | null;
  proposal: 'open' | null;
}

/** The grade a result speaks for: one better when grown, one worse when shrinking, the last when lost. */
export async function proposedGrade(context: Context, result: RevisionResult, grade: string | null): Promise<Proposal> {
  const none = { grade_from: null, grade_to: null, proposal: null };
  const { fields } = await fullDictionary(context);
  const options = fields.find((field) => field.object === 'customer' && field.key === 'grade')?.options ?? [];
  const grades = options.filter((option) => !option.hidden).map((option) => option.key);
  const at = grade === null ? -1 : grades.indexOf(grade);
  if (at < 0) return none;
  const to = { grown: at - 1, stable: at, shrinking: at + 1, lost: grades.length - 1 }[result];
  const next = grades[Math.max(0, Math.min(grades.length - 1, to))];
  return next === undefined || next === grade ? none : { grade_from: grade, grade_to: next, proposal: 'open' };
}
