import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Vault } from '../crypto/index.ts';
import type { Database, Tx } from '../db/database.ts';

const blockSize = 1000;
const logs = ['event', 'access_log'] as const;
const genesis = Buffer.alloc(32);

/** Hash of a block: the previous block's hash, then every record's id and digest in order. */
function blockHash(previous: Buffer, log: string, ids: string[], digests: Buffer[]): Buffer {
  const hash = createHash('sha256').update(previous).update(log);
  ids.forEach((id, index) => {
    hash.update(id).update(digests[index] ?? genesis);
  });
  return hash.digest();
}

const digestFunction = (log: string) => sql.raw(log === 'event' ? 'event_digest(r)' : 'access_log_digest(r)');

/** Seals everything recorded so far into the company's chain; returns how many records. Safe to run twice at once. */
export async function sealLogs(db: Database, orgId: string): Promise<number> {
  let sealed = 0;
  for (const log of logs) {
    for (;;) {
      const count = await db.inOrg(orgId, (tx) => sealBlock(tx, orgId, log));
      sealed += count;
      if (count < blockSize) break;
    }
  }
  return sealed;
}

async function sealBlock(tx: Tx, orgId: string, log: string): Promise<number> {
  // Pending rows are locked: a second sealing process takes others or none, and the block's number decides the order.
  // Handed over as an array: joined, they would be gone through anew for every row still pending.
  const records = await sql<{ id: string; digest: Buffer | null }>`
    with picked as materialized (select record_id from audit_pending where org_id = ${orgId} and log = ${log}
      order by record_id limit ${blockSize} for update skip locked),
    taken as (delete from audit_pending p where p.org_id = ${orgId} and p.log = ${log}
      and p.record_id = any(array(select record_id from picked)) returning p.record_id)
    select taken.record_id as id, case when r.id is not null then ${digestFunction(log)} end as digest
    from taken left join ${sql.table(log)} r on r.org_id = ${orgId} and r.id = taken.record_id
    order by 1`.execute(tx);
  if (records.rows.length === 0) return 0;
  await sql`insert into counter (org_id, key, value) values (${orgId}, 'audit', 0) on conflict (org_id, key) do update set value = counter.value`.execute(
    tx,
  );
  const last = await sql<{
    seq: number;
    hash: Buffer;
  }>`select seq, hash from audit_block where org_id = ${orgId} order by seq desc limit 1`.execute(tx);
  const previous = last.rows[0]?.hash ?? genesis;
  const ids = records.rows.map((row) => row.id);
  // A record removed before it was sealed is sealed as missing: verification names it.
  const digests = records.rows.map((row) => row.digest ?? genesis);
  await tx
    .insertInto('audit_block')
    .values({
      org_id: orgId,
      seq: (last.rows[0]?.seq ?? 0) + 1,
      log,
      record_ids: ids,
      digests,
      previous_hash: previous,
      hash: blockHash(previous, log, ids, digests),
    })
    .execute();
  return ids.length;
}

export interface AuditReport {
  ok: boolean;
  blocks: number;
  records: number;
  pending: number;
  /** The first thing wrong, in the order of the chain. */
  problem: {
    what: 'changed' | 'missing' | 'unsealed' | 'chain' | 'checkpoint';
    log: string;
    id: string;
    block: number | null;
  } | null;
}

/**
 * Walks the whole chain and compares every record with its digest: names the first that was changed or removed, the first
 * block out of place, records never sealed, and a tail cut off since the last exported checkpoint.
 */
export async function verifyLogs(
  db: Database,
  orgId: string,
  vault: Vault,
  checkpointFolder: string,
): Promise<AuditReport> {
  const report: AuditReport = { ok: false, blocks: 0, records: 0, pending: 0, problem: null };
  const hashes = new Map<number, string>();
  let previous: Buffer = genesis;
  let rest = { total: 0, pending: 0, lastSeq: 0 };
  for (;;) {
    const block = await db.inOrg(orgId, (tx) => readBlock(tx, orgId, report.blocks + 1));
    if (!block) {
      // Counted only now; if a block was sealed since it was asked for, the walk goes on.
      const before = rest.lastSeq;
      rest = await db.inOrg(orgId, (tx) => countRest(tx, orgId));
      if (rest.lastSeq === report.blocks || rest.lastSeq === before) break;
      continue;
    }
    if (
      !block.previous_hash.equals(previous) ||
      !blockHash(previous, block.log, block.record_ids, block.digests).equals(block.hash)
    ) {
      return { ...report, problem: { what: 'chain', log: block.log, id: block.record_ids[0] ?? '', block: block.seq } };
    }
    for (const [index, id] of block.record_ids.entries()) {
      const found = block.present.get(id);
      if (!found) return { ...report, problem: { what: 'missing', log: block.log, id, block: block.seq } };
      if (!found.equals(block.digests[index] ?? genesis))
        return { ...report, problem: { what: 'changed', log: block.log, id, block: block.seq } };
    }
    previous = block.hash;
    hashes.set(block.seq, block.hash.toString('hex'));
    report.blocks += 1;
    report.records += block.record_ids.length;
  }
  report.pending = rest.pending;
  const beyond = rest.lastSeq > report.blocks;
  if (beyond) return { ...report, problem: { what: 'chain', log: 'event', id: '', block: report.blocks + 1 } };
  if (rest.total !== report.records + rest.pending) {
    const stray = await db.inOrg(orgId, (tx) => firstUnsealed(tx, orgId));
    return { ...report, problem: { what: 'unsealed', log: stray?.log ?? 'event', id: stray?.id ?? '', block: null } };
  }
  const cut = await missingCheckpoint(orgId, vault, checkpointFolder, hashes);
  if (cut) return { ...report, problem: { what: 'checkpoint', log: 'event', id: cut, block: null } };
  return { ...report, ok: true };
}

async function readBlock(tx: Tx, orgId: string, seq: number) {
  const block = await tx
    .selectFrom('audit_block')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('seq', '=', seq)
    .executeTakeFirst();
  if (!block) return undefined;
  const records = await sql<{
    id: string;
    digest: Buffer;
  }>`select r.id, ${digestFunction(block.log)} as digest from ${sql.table(block.log)} r
    where r.org_id = ${orgId} and r.id = any(${block.record_ids}::uuid[])`.execute(tx);
  return { ...block, present: new Map(records.rows.map((row) => [row.id, row.digest])) };
}

async function hashAt(tx: Tx, orgId: string, seq: number): Promise<Buffer | undefined> {
  const block = await tx
    .selectFrom('audit_block')
    .select('hash')
    .where('org_id', '=', orgId)
    .where('seq', '=', seq)
    .executeTakeFirst();
  return block?.hash;
}

async function countRest(tx: Tx, orgId: string) {
  const result = await sql<{ total: number; pending: number; lastSeq: number }>`select
    (select count(*) from event where org_id = ${orgId}) + (select count(*) from access_log where org_id = ${orgId}) as total,
    (select count(*) from audit_pending where org_id = ${orgId}) as pending,
    (select coalesce(max(seq), 0) from audit_block where org_id = ${orgId}) as "lastSeq"`.execute(tx);
  return result.rows[0] ?? { total: 0, pending: 0, lastSeq: 0 };
}

async function firstUnsealed(tx: Tx, orgId: string) {
  const result = await sql<{ id: string; log: string }>`
    with sealed as (select unnest(record_ids) as id from audit_block where org_id = ${orgId}
      union all select record_id from audit_pending where org_id = ${orgId})
    select id, log from (select id, 'event' as log from event where org_id = ${orgId} union all select id, 'access_log' from access_log where org_id = ${orgId}) r
    where not exists (select 1 from sealed s where s.id = r.id) order by id limit 1`.execute(tx);
  return result.rows[0];
}

/** Ed25519 key of this installation, from the master key: a copy of the database alone cannot sign a new past. */
function signingKey(vault: Vault): KeyObject {
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
  return createPrivateKey({
    key: Buffer.concat([prefix, vault.key('audit checkpoint')]),
    format: 'der',
    type: 'pkcs8',
  });
}

/**
 * Writes the chain's present head, signed, beside the database. `daily` ones pile up, to be kept elsewhere too; the `head`
 * is renewed whenever something was sealed, so that a tail cut off is noticed at once. A head the chain no longer holds is
 * never replaced: it is the proof that the tail was cut off and sealed anew.
 */
export async function exportCheckpoint(
  db: Database,
  orgId: string,
  vault: Vault,
  folder: string,
  kind: 'daily' | 'head' = 'daily',
): Promise<string | null> {
  const head = await db.inOrg(orgId, (tx) =>
    tx
      .selectFrom('audit_block')
      .select(['seq', 'hash'])
      .where('org_id', '=', orgId)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst(),
  );
  if (!head) return null;
  const statement = JSON.stringify({
    orgId,
    seq: head.seq,
    hash: head.hash.toString('hex'),
    at: new Date().toISOString(),
  });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${orgId}-${kind === 'head' ? 'head' : String(head.seq).padStart(12, '0')}.json`);
  if (kind === 'head' && existsSync(file)) {
    const before = readCheckpoint(await readFile(file, 'utf8'), createPublicKey(signingKey(vault)));
    const held = await db.inOrg(orgId, (tx) => hashAt(tx, orgId, before.seq));
    if (held?.toString('hex') !== before.hash) return null;
  }
  const part = `${file}.${process.pid}.part`;
  await writeFile(
    part,
    JSON.stringify({ statement, signature: sign(null, Buffer.from(statement), signingKey(vault)).toString('base64') }),
    { mode: 0o600 },
  );
  await rename(part, file);
  return file;
}

/** The first exported checkpoint whose block is gone, different, or whose signature is wrong. */
async function missingCheckpoint(
  orgId: string,
  vault: Vault,
  folder: string,
  hashes: Map<number, string>,
): Promise<string | null> {
  const names = (await readdir(folder).catch(() => []))
    .filter((name) => name.startsWith(orgId) && name.endsWith('.json'))
    .sort();
  const key = createPublicKey(signingKey(vault));
  for (const name of names) {
    const { seq, hash } = readCheckpoint(await readFile(join(folder, name), 'utf8'), key);
    if (hashes.get(seq) !== hash) return name;
  }
  return null;
}

/** What a checkpoint states; an unreadable one or one with a wrong signature states nothing that could be true. */
function readCheckpoint(text: string, key: KeyObject): { seq: number; hash: string } {
  try {
    const { statement, signature } = JSON.parse(text) as { statement: string; signature: string };
    if (verify(null, Buffer.from(statement), key, Buffer.from(signature, 'base64')))
      return JSON.parse(statement) as { seq: number; hash: string };
  } catch {
    // Falls through: damaged counts like forged.
  }
  return { seq: 0, hash: '' };
}
