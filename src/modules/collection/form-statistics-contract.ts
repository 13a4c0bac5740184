import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';
import { answerStates, channels } from './form-answers-contract.ts';

const tag = 'forms';
const text = z.strictObject({ zh: z.string(), en: z.string() });
/** First and last day of answers counted, in the company’s time zone. */
const period = { from: z.iso.date().optional(), to: z.iso.date().optional() };

const questionStatistics = z.strictObject({
  id: z.string(),
  type: z.string(),
  title: text,
  answered: z.number().int(),
  /** Of scales, recommendations and numbers. */
  numbers: z.strictObject({ mean: z.number(), median: z.number(), least: z.number(), most: z.number() }).nullable(),
  /** Share of promoters (9, 10) less share of detractors (0 to 6), in percent of who answered. */
  nps: z
    .strictObject({
      score: z.number().int(),
      promoters: z.number().int(),
      passives: z.number().int(),
      detractors: z.number().int(),
    })
    .nullable(),
  days: z.strictObject({ first: z.string(), last: z.string() }).nullable(),
  rows: z.array(
    z.strictObject({ label: text, bars: z.array(z.strictObject({ label: text, count: z.number().int() })) }),
  ),
  /** Answered in words, to be read one by one. */
  words: z.boolean(),
});
export type QuestionStatistics = z.infer<typeof questionStatistics>;

export const formStatistics = endpoint({
  method: 'GET',
  path: '/forms/:id/statistics',
  tag,
  summary: 'Answers by question: counts, means, net promoter score; refused answers are not counted',
  access: 'form:read',
  params: idParams,
  query: z.strictObject(period),
  response: z.strictObject({
    answers: z.number().int(),
    open: z.number().int(),
    refused: z.number().int(),
    channels: z.array(z.strictObject({ channel: z.enum(channels), count: z.number().int() })),
    /** Days with answers, the newest sixty. */
    days: z.array(z.strictObject({ day: z.string(), count: z.number().int() })),
    invited: z.number().int(),
    invitedOpened: z.number().int(),
    invitedAnswered: z.number().int(),
    questions: z.array(questionStatistics),
  }),
});

export const formAnswerTexts = endpoint({
  method: 'GET',
  path: '/forms/:id/questions/:question/texts',
  tag,
  summary: 'What was answered in words to one question, newest first, of the answers one may review',
  access: 'form:review',
  params: z.strictObject({ id: z.uuid(), question: z.string().regex(/^[a-z0-9_]{1,32}$/) }),
  query: z.strictObject({ ...pageQuery, ...period }),
  response: pageOf(
    z.strictObject({
      id: z.string(),
      text: z.string(),
      by: z.string().nullable(),
      state: z.enum(answerStates),
      submittedAt: z.string(),
    }),
  ),
});
