import { Problem } from '#shared/errors.ts';

/** Whether the server said no: nothing was done. Without an answer, or after a failure on the way, it may have been. */
export const refused = (error: unknown): boolean => error instanceof Problem && error.status > 0 && error.status < 500;

/**
 * Sends what is created under a key of its own. What was sent and not answered (the network went) and is sent again unchanged is the
 * same intention: the server may have carried it out already, and must not do so twice.
 */
export function oneIntention() {
  let unanswered: { asked: string; key: string } | null = null;
  return async <Answer>(what: unknown, send: (key: string) => Promise<Answer>): Promise<Answer> => {
    const asked = JSON.stringify(what);
    const key = unanswered?.asked === asked ? unanswered.key : crypto.randomUUID();
    unanswered = { asked, key };
    try {
      const answer = await send(key);
      unanswered = null;
      return answer;
    } catch (error) {
      if (refused(error)) unanswered = null;
      throw error;
    }
  };
}
