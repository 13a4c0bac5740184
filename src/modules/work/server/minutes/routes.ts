import type { Context } from '#platform/context.ts';
import { type Route, serve, servePublic } from '#platform/http/route.ts';
import type { Links } from '#platform/links/index.ts';
import * as minutes from '../../minutes-contract.ts';
import { createMinutes, reviseMinutes, submitMinutes, waiveMinutes, writeMinutes } from './draft.ts';
import { listMinutes, viewMinutes } from './minutes.ts';
import { sendMinutes } from './send.ts';
import { answerShared, readShared } from './shared.ts';

export function minutesRoutes(links: Links): Route[] {
  const after = async (context: Context, id: string, work: Promise<void>) => {
    await work;
    return viewMinutes(context, id, links);
  };
  return [
    serve(minutes.listMinutes, (context, { query }) => listMinutes(context, query)),
    serve(minutes.getMinutes, (context, { params }) => viewMinutes(context, params.id, links)),
    serve(minutes.createMinutes, async (context, { body }) =>
      viewMinutes(context, await createMinutes(context, body.activityId), links),
    ),
    serve(minutes.writeMinutes, (context, { params, body }) =>
      after(context, params.id, writeMinutes(context, params.id, body)),
    ),
    serve(minutes.submitMinutes, (context, { params }) => after(context, params.id, submitMinutes(context, params.id))),
    serve(minutes.sendMinutes, (context, { params, body }) =>
      after(context, params.id, sendMinutes(context, links, params.id, body.recipients)),
    ),
    serve(minutes.reviseMinutes, (context, { params }) => after(context, params.id, reviseMinutes(context, params.id))),
    serve(minutes.waiveMinutes, (context, { params, body }) =>
      after(context, params.id, waiveMinutes(context, params.id, body.reason)),
    ),
    servePublic(minutes.readSharedMinutes, (request, { params }) =>
      links.open(request, params.token, 'minutes', (context, link) => readShared(context, link)),
    ),
    servePublic(minutes.answerSharedMinutes, (request, { params, body }) =>
      links.open(request, params.token, 'minutes', (context, link) => answerShared(context, link, body)),
    ),
  ];
}
