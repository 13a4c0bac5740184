import { type Route, serve } from '#platform/http/route.ts';
import * as contract from '../../intake-contract.ts';
import {
  createIntake,
  getIntake,
  intakeDuplicates,
  lateCollectors,
  listIntakes,
  removeIntake,
  submitIntake,
  updateIntake,
  verifyIntake,
} from './intakes.ts';
import { intakeSettings, saveIntakeSettings } from './settings.ts';

export const intakeRoutes: Route[] = [
  serve(contract.listIntakes, (context, { query }) => listIntakes(context, query)),
  serve(contract.lateCollectors, (context) => lateCollectors(context)),
  serve(contract.getIntake, (context, { params }) => getIntake(context, params.id)),
  serve(contract.createIntake, (context, { body }) => createIntake(context, body)),
  serve(contract.updateIntake, (context, { params, body }) => updateIntake(context, params.id, body)),
  serve(contract.removeIntake, async (context, { params }) => {
    await removeIntake(context, params.id);
    return undefined;
  }),
  serve(contract.submitIntake, (context, { params, body }) => submitIntake(context, params.id, body.comment)),
  serve(contract.verifyIntake, (context, { params, body }) => verifyIntake(context, params.id, body.fields)),
  serve(contract.intakeDuplicates, (context, { params }) => intakeDuplicates(context, params.id)),
  serve(contract.getIntakeSettings, (context) => intakeSettings(context)),
  serve(contract.saveIntakeSettings, (context, { body }) => saveIntakeSettings(context, body)),
];
