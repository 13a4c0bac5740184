import type { z } from 'zod';
import { Problem } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { call } from '#ui/api.ts';
import type { activityInput } from '../../activity-contract.ts';
import { type CaptureInput, createCapture } from '../../capture-contract.ts';
import { carryStatus, sendEntry } from '../../carry-contract.ts';
import { seal } from '../../carry-seal.ts';
import {
  deleteCards,
  deleteWaiting,
  farewells,
  forgetFarewell,
  rememberedUser,
  storedCardIds,
  storeWaiting,
  waiting,
  wipeCards,
} from './device.ts';
import { lock, noteTime, presentCarry } from './unlock.ts';

type Recorded =
  | { kind: 'activity'; body: z.input<typeof activityInput> }
  | { kind: 'capture'; body: Omit<CaptureInput, 'id'> };

/**
 * Keeps what was recorded until the server has it. With a carry on the device it is sealed to the server's key; without one a capture
 * lies in the clear, as the page says. Returns whether it was sealed.
 */
export async function record(recorded: Recorded): Promise<{ id: string; sealed: boolean }> {
  const id = newId();
  const carry = await presentCarry();
  const user = rememberedUser();
  const userId = user?.id ?? carry?.userId ?? '';
  const sealing = carry && carry.userId === userId ? carry : undefined;
  const body = recorded.kind === 'capture' ? { ...recorded.body, id } : recorded.body;
  untried.add(id);
  if (!sealing && recorded.kind === 'activity') throw new Problem(0, 'carry.ended');
  await storeWaiting({
    ...{ id, userId, kind: recorded.kind, at: new Date().toISOString(), fault: null },
    carryId: sealing?.id ?? null,
    sealed: sealing ? await seal(sealing.entryKey, id, { kind: recorded.kind, body }) : null,
    plain: sealing ? null : (body as CaptureInput),
  });
  return { id, sealed: sealing !== undefined };
}

export interface Sent {
  sent: number;
  /** Taken in by the server, but to be looked at. */
  refused: number;
  left: number;
  /** Of those left, the entries the server does not take as they are. */
  faulty: string[];
}

let running: Promise<Sent> | undefined;
/** Recorded since the page was opened, with no attempt failed since: sent at once they never waited for a network. */
const untried = new Set<string>();
const total = { sent: 0, waited: 0 };
/** How many entries have been sent since the page was opened, by whichever part of it; and how many of them had waited. */
export const sentTotal = (): { sent: number; waited: number } => ({ ...total });

/** Sends what waits, oldest first, as the person who recorded it. Of two calls the second goes when the first is through: it may know of more. */
export function flush(userId: string): Promise<Sent> {
  const mine = (running ?? Promise.resolve()).then(
    () => send(userId),
    () => send(userId),
  );
  running = mine;
  return mine;
}

async function send(userId: string): Promise<Sent> {
  const result: Sent = { sent: 0, refused: 0, left: 0, faulty: [] };
  for (const item of await waiting()) {
    if (item.userId !== userId) continue;
    try {
      if (item.sealed && item.carryId) {
        const taken = await call(sendEntry, {
          params: { id: item.carryId, entryId: item.id },
          body: { sealed: item.sealed, deviceNow: new Date().toISOString() },
        });
        if (taken.state === 'refused') result.refused += 1;
      } else if (item.plain)
        await call(createCapture, { body: { ...item.plain, userId: item.userId }, idempotencyKey: item.id });
      await deleteWaiting(item.id);
      result.sent += 1;
      total.sent += 1;
      if (!untried.delete(item.id)) total.waited += 1;
    } catch (error) {
      untried.clear();
      result.left += 1;
      const problem = error instanceof Problem ? error : undefined;
      // Without network, session or patience of the server, or while another is signed in, it simply waits; anything else is told.
      if (
        !problem ||
        problem.code === 'capture.otherUser' ||
        [0, 401, 429].includes(problem.status) ||
        problem.status >= 500
      )
        return result;
      // Beside a field there is nothing but its message: the problem itself says no more than that something is wrong.
      await storeWaiting({ ...item, fault: problem.errors[0]?.message ?? problem.message });
      result.faulty.push(item.id);
    }
  }
  return result;
}

/** Asks the server which cards may stay and deletes the others; an unknown device deletes all. Quiet without a network. */
export async function askState(): Promise<void> {
  for (const token of await farewells()) {
    const told = await call(carryStatus, { body: { token, wiped: true } }).catch(
      (error: Problem) => error.status !== 0,
    );
    if (told) await forgetFarewell(token);
  }
  const carry = await presentCarry();
  if (!carry) return;
  try {
    const state = await call(carryStatus, { body: { token: carry.token } });
    const keep = new Set(state.cardIds);
    if (state.state === 'ended') return await leave(carry.token);
    const gone = (await storedCardIds()).filter((id) => !keep.has(id));
    if (gone.length > 0) await deleteCards(gone);
    await noteTime(state.now);
  } catch (error) {
    if (error instanceof Problem && error.status === 410) await leave(carry.token);
  }
}

async function leave(token: string): Promise<void> {
  lock();
  await wipeCards();
  await call(carryStatus, { body: { token, wiped: true } })
    .then(() => forgetFarewell(token))
    .catch(() => {});
}

/** One contact with the server: state of the cards first, then what waits. */
export async function sync(userId: string | undefined): Promise<Sent | undefined> {
  await askState();
  return userId ? flush(userId) : undefined;
}
