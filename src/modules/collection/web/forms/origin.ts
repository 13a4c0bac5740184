import type { FormView } from '../../forms-contract.ts';

/** Where the form's links begin: the address mails and codes have, or this page's when that one is open to nobody else. */
export const originOf = (form: FormView): string =>
  form.reachable && form.address ? new URL(form.address).origin : location.origin;
