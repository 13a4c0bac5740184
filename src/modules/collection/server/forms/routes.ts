import { Readable } from 'node:stream';
import QRCode from 'qrcode';
import { registerNotificationType } from '#modules/notifications/index.ts';
import { companyOf } from '#platform/company.ts';
import { logAccess } from '#platform/events/index.ts';
import { disposition, fileName } from '#platform/http/disposition.ts';
import { withIdempotency } from '#platform/http/idempotency.ts';
import { type Route, serve, servePublic, serveStream } from '#platform/http/route.ts';
import { conflict } from '#shared/errors.ts';
import * as answers from '../../form-answers-contract.ts';
import * as link from '../../form-links-contract.ts';
import * as statistics from '../../form-statistics-contract.ts';
import * as contract from '../../forms-contract.ts';
import { listAnswers, loadAnswer, viewAnswer } from './answers.ts';
import { fileOfAnswer } from './attached-files.ts';
import { freeze } from './content.ts';
import { receiveFormFile } from './files.ts';
import { type MailMeans, remind } from './form-mail.ts';
import {
  contentOf,
  copyForm,
  createForm,
  deleteForm,
  formPath,
  listForms,
  loadForm,
  loadRevision,
  publishForm,
  setFormState,
  updateForm,
  viewForm,
} from './forms.ts';
import { listInvitations, mailAgain, revokeInvitation } from './invitations.ts';
import { invite } from './invite.ts';
import { refuseMail } from './mail-refusal.ts';
import { paperPdf } from './paper.ts';
import { answerPublicForm, type FormMeans, openPublicForm } from './public.ts';
import { decideAnswer, matchAnswer, refuseAnswer, typeAnswer } from './review.ts';
import { previewSending, startSending } from './send-many.ts';
import { formAnswerTexts, formStatistics } from './statistics.ts';

registerNotificationType({ type: 'form.answered' });

/** Everything about forms: designing, sending, answering without an account, reviewing, paper. */
export function formRoutes(means: FormMeans & MailMeans): Route[] {
  const { links, files, translate } = means;
  return [
    serve(contract.listForms, (context, { query }) => listForms(context, query)),
    serve(contract.createForm, async (context, { body }) => viewForm(context, links, await createForm(context, body))),
    serve(contract.getForm, async (context, { params }) =>
      viewForm(context, links, await loadForm(context, params.id)),
    ),
    serve(contract.updateForm, async (context, { params, body }) =>
      viewForm(context, links, await updateForm(context, links, params.id, body)),
    ),
    serve(contract.publishForm, async (context, { params }) =>
      viewForm(context, links, await publishForm(context, links, params.id)),
    ),
    serve(contract.setFormState, async (context, { params, body }) =>
      viewForm(context, links, await setFormState(context, links, params.id, body.state)),
    ),
    serve(contract.copyForm, async (context, { params }) =>
      viewForm(context, links, await copyForm(context, params.id)),
    ),
    serve(contract.deleteForm, async (context, { params }) => {
      await deleteForm(context, links, params.id);
      return undefined;
    }),
    serveStream(contract.formQrCode, async ({ inTransaction, actor }, { params, query, reply }) => {
      const form = await inTransaction((context) => loadForm(context, params.id));
      if (!form.link_id) throw conflict('form.notPublished');
      const address = `${means.publicUrl}${formPath(links, actor.orgId, form.link_id)}`;
      reply.header('content-disposition', disposition(fileName(contentOf(form).title.zh, query.format)));
      if (query.format === 'png')
        return reply.type('image/png').send(await QRCode.toBuffer(address, { width: 720, margin: 2 }));
      return reply.type('image/svg+xml').send(await QRCode.toString(address, { type: 'svg', margin: 2 }));
    }),
    serveStream(contract.formPaper, async ({ inTransaction, lang }, { params, query, reply }) => {
      const { content, company } = await inTransaction(async (context) => {
        const form = await loadForm(context, params.id);
        const org = await companyOf(context);
        await logAccess(context, { action: 'print', subjectKind: 'form', subjectId: form.id });
        // What is typed in later is the published form: paper follows it, and the draft only before there is one.
        const published = await loadRevision(context, form.id, form.revision);
        return { content: published ?? (await freeze(context, contentOf(form))), company: org.name };
      });
      const bytes = await paperPdf(content, company, query.lang ?? lang, translate);
      // Opened in the browser, to be printed from there.
      reply.header('content-disposition', disposition(fileName(content.title.zh, 'pdf'), 'inline'));
      return reply.type('application/pdf').send(Readable.from([bytes]));
    }),
    serve(link.listInvitations, (context, { params, query: { unmailed, ...query } }) =>
      listInvitations(context, links, params.id, { ...query, unmailed: unmailed === 'yes' }),
    ),
    serve(link.inviteToForm, (context, { params, body }) => invite(context, links, params.id, body)),
    serve(link.revokeInvitation, (context, { params }) => revokeInvitation(context, links, params.id, params.linkId)),
    serve(link.mailInvitation, (context, { params }) => mailAgain(context, links, params.id, params.linkId)),
    serve(link.remindOfForm, (context, { params }) => remind(context, params.id)),
    serve(link.previewSending, (context, { params, body }) => previewSending(context, params.id, body)),
    serve(link.startSending, (context, { params, body }) => startSending(context, params.id, body)),
    serve(statistics.formStatistics, (context, { params, query }) => formStatistics(context, params.id, query)),
    serve(statistics.formAnswerTexts, (context, { params, query }) =>
      formAnswerTexts(context, params.id, params.question, query),
    ),
    servePublic(answers.openPublicForm, (context, { params }) => openPublicForm(means, context, params.token)),
    servePublic(answers.answerPublicForm, (context, { params, body, request, reply }) =>
      answerPublicForm(means, context, params.token, body, (inForm, work) =>
        withIdempotency(inForm, request, reply, work),
      ),
    ),
    servePublic(answers.refuseFormMail, (context, { params }) => refuseMail(links, context, params.token)),
    servePublic(answers.uploadFormFile, (context, { params, request }) =>
      receiveFormFile(means, context, params.token, request),
    ),
    serve(answers.listFormAnswers, (context, { query }) => listAnswers(context, query)),
    serve(answers.getFormAnswer, async (context, { params }) =>
      viewAnswer(context, await loadAnswer(context, params.id)),
    ),
    serve(answers.matchFormAnswer, (context, { params, body }) => matchAnswer(context, params.id, body)),
    serve(answers.decideFormAnswer, (context, { params, body }) => decideAnswer(context, params.id, body)),
    serve(answers.refuseFormAnswer, (context, { params, body }) => refuseAnswer(context, params.id, body.reason)),
    serve(answers.typeFormAnswer, (context, { params, body }) => typeAnswer(context, params.id, body)),
    serveStream(answers.openFormFile, async ({ inTransaction }, { params, reply }) => {
      const { file, stream } = await inTransaction(async (context) => {
        const answer = await loadAnswer(context, params.id);
        const id = await fileOfAnswer(context, answer.id, params.fileId);
        const { customer_id: customerId } = answer;
        await logAccess(context, { action: 'download', subjectKind: 'file', subjectId: id, customerId });
        return files.open(context, id);
      });
      reply.header('content-disposition', disposition(file.name));
      return reply.type('application/octet-stream').send(stream);
    }),
  ];
}
