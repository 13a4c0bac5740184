import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem } from '#shared/errors.ts';
import { newSealingKey, toBase64, unseal } from '../../carry-seal.ts';
import type { StoredCarry, Waiting } from './device.ts';
import { randomBytes, type Sealed } from './key.ts';

/** The device's store in memory, and the server as the test wants it. */
const disk = vi.hoisted(() => ({
  carry: undefined as StoredCarry | undefined,
  cards: new Map<string, Sealed>(),
  outbox: new Map<string, Waiting>(),
  farewells: new Map<string, string>(),
  user: { id: 'u1', name: '业务员' } as { id: string; name: string } | null,
}));
const server = vi.hoisted(() => ({ answer: (_path: string, _options: never): unknown => ({}) }));

vi.mock('./device.ts', () => ({
  storedCarry: async () => disk.carry && { ...disk.carry },
  storeCarry: async (carry: StoredCarry) => {
    disk.carry = { ...carry };
  },
  storeCards: async (cards: [string, Sealed][]) => {
    for (const [id, card] of cards) disk.cards.set(id, card);
  },
  storedCard: async (id: string) => disk.cards.get(id),
  storedCardIds: async () => [...disk.cards.keys()].filter((id) => id !== 'dictionary'),
  deleteCards: async (ids: string[]) => {
    for (const id of ids) disk.cards.delete(id);
  },
  wipeCards: async () => {
    if (disk.carry) disk.farewells.set(disk.carry.id, disk.carry.token);
    disk.carry = undefined;
    disk.cards.clear();
  },
  farewells: async () => [...disk.farewells.values()],
  forgetFarewell: async (token: string) => {
    for (const [id, kept] of disk.farewells) if (kept === token) disk.farewells.delete(id);
  },
  waiting: async () => [...disk.outbox.values()],
  storeWaiting: async (item: Waiting) => void disk.outbox.set(item.id, item),
  deleteWaiting: async (id: string) => void disk.outbox.delete(id),
  rememberedUser: () => disk.user,
}));
vi.mock('#ui/api.ts', () => ({
  call: async (endpoint: { path: string }, options: never) => server.answer(endpoint.path, options),
}));

const { isOpen, keepCarry, lock, noteTime, presentCarry, readCards, unlock } = await import('./unlock.ts');
const { askState, flush, record } = await import('./outbox.ts');

const entryKey = await newSealingKey();
const start = Date.parse('2026-11-25T01:00:00Z');

async function carry() {
  const card = (id: string) => ({ id, customer: { values: { name: `客户${id}` } } });
  const taken = {
    carry: { id: 'k1', takenAt: new Date(start).toISOString(), dueAt: '2026-11-25T16:00:00.000Z' },
    half: toBase64(randomBytes(32)),
    token: 'token-1',
    entryKey: entryKey.open,
    cards: [card('c1'), card('c2')],
  };
  await keepCarry(
    '204819',
    taken as never,
    { fields: [], sections: [], timeZone: 'Asia/Shanghai' },
    { id: 'u1', name: '业务员' },
  );
}

beforeEach(async () => {
  vi.useFakeTimers({ now: start, toFake: ['Date', 'performance'] });
  disk.farewells.clear();
  disk.outbox.clear();
  disk.user = { id: 'u1', name: '业务员' };
  await carry();
});
afterEach(() => vi.useRealTimers());

describe('cards on the device', () => {
  it('open with their PIN, close when asked and after five minutes without a touch', async () => {
    expect((await readCards())?.cards.map((item) => item.id)).toEqual(['c1', 'c2']);
    lock();
    expect(await readCards()).toBeUndefined();
    expect(await unlock('204818')).toEqual({ state: 'wrong', left: 4 });
    expect(await unlock('204819')).toEqual({ state: 'open' });
    expect(disk.carry?.attempts).toBe(0);
    vi.advanceTimersByTime(5 * 60_000 + 1);
    expect(isOpen('k1')).toBe(false);
    expect(await readCards()).toBeUndefined();
  });

  it('are destroyed by the fifth wrong PIN, also when the page is closed in between; the right one is too late then', async () => {
    lock();
    for (const left of [4, 3, 2, 1]) expect(await unlock('111222')).toEqual({ state: 'wrong', left });
    // Counted on disk before it was tried: a page closed during the try has used it up.
    expect(disk.carry?.attempts).toBe(4);
    if (disk.carry) disk.carry.attempts = 5;
    expect(await unlock('204819')).toEqual({ state: 'gone' });
    expect([disk.carry, disk.cards.size, [...disk.farewells.values()]]).toEqual([undefined, 0, ['token-1']]);
  });

  it('are gone when the day is over, also for a clock that is turned back or an end that is written over', async () => {
    vi.setSystemTime('2026-11-25T15:59:00Z');
    await noteTime();
    vi.setSystemTime('2026-11-25T02:00:00Z');
    expect(await presentCarry()).toBeDefined();
    await noteTime('2026-11-25T16:00:00Z');
    expect([await presentCarry(), disk.cards.size]).toEqual([undefined, 0]);
    await carry();
    lock();
    if (disk.carry) disk.carry.dueAt = '2027-11-25T16:00:00.000Z';
    expect((await unlock('204819')).state).toBe('wrong');
  });
});

const visit = {
  kind: 'activity',
  body: { customerId: 'x', type: 'visit', subject: '拜访', happenedAt: '2026-11-25T01:00:00Z' },
} as const;

describe('what waits on the device', () => {
  it('is sealed to the server while cards are carried, and sent once by two at the same time', async () => {
    const { id, sealed } = await record(visit);
    expect(sealed).toBe(true);
    const item = disk.outbox.get(id);
    expect(item?.plain).toBeNull();
    expect(await unseal(new Uint8Array(entryKey.secret), id, item?.sealed ?? '')).toEqual(visit);
    const sent: unknown[] = [];
    server.answer = (path) => {
      sent.push(path);
      return { state: 'applied' };
    };
    expect(await Promise.all([flush('u1'), flush('u1')])).toMatchObject([
      { sent: 1, refused: 0, left: 0 },
      { sent: 0, refused: 0, left: 0 },
    ]);
    expect([sent.length, disk.outbox.size]).toEqual([1, 0]);
  });

  it('stays without a network or session, goes only as the person who wrote it, and keeps the reason of a refusal', async () => {
    await record({ kind: 'capture', body: { name: '一', number: '', note: '', capturedAt: '2026-11-25T01:00:00Z' } });
    for (const status of [0, 401, 429, 503]) {
      server.answer = () => {
        throw new Problem(status, 'x');
      };
      expect(await flush('u1')).toMatchObject({ sent: 0, refused: 0, left: 1 });
    }
    expect([...disk.outbox.values()][0]?.fault).toBeNull();
    expect(await flush('u2')).toMatchObject({ sent: 0, refused: 0, left: 0 });
    server.answer = () => {
      throw new Problem(422, 'capture.empty', { message: '请至少填写一项' });
    };
    await flush('u1');
    expect([...disk.outbox.values()][0]?.fault).toBe('请至少填写一项');
  });

  it('of a visit needs the carry; a capture without one lies in the clear', async () => {
    disk.carry = undefined;
    await expect(record(visit)).rejects.toThrow();
    const { sealed } = await record({
      kind: 'capture',
      body: { name: '二', number: '', note: '', capturedAt: '2026-11-25T01:00:00Z' },
    });
    expect(sealed).toBe(false);
  });
});

describe('the server’s word', () => {
  it('takes single cards or all of them, and is asked again without a network', async () => {
    server.answer = () => {
      throw new Problem(0, 'network.away');
    };
    await askState();
    expect(disk.cards.size).toBe(3);
    server.answer = () => ({ state: 'out', now: '2026-11-25T01:00:00Z', cardIds: ['c2'] });
    await askState();
    expect([...disk.cards.keys()]).toEqual(['dictionary', 'c2']);
    server.answer = () => {
      throw new Problem(410, 'carry.unknownDevice');
    };
    await record(visit);
    await askState();
    // The cards are gone; what was recorded waits on.
    expect([disk.carry, disk.cards.size, disk.outbox.size]).toEqual([undefined, 0, 1]);
  });
});
