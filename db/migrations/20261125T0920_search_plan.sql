-- Search over millions of records: few rare tokens are looked up in the GIN index, common ones in the newest records.
-- Statistics of the single tokens tell which is which; a thousand most common ones are far too few for that.
alter table search_document alter column tokens set statistics 400;

-- New entries wait in a list every search reads from end to end: it must stay short.
alter index search_document_tokens set (gin_pending_list_limit = 1024);

-- Statistics of a table under row security are hidden from the app's role; of tokens they tell nobody's data.
create function search_token_frequencies() returns table (token text, frequency real)
  language sql security definer stable set search_path = public, pg_catalog as $$
  select e.token, f.frequency
  from pg_stats s,
    unnest(s.most_common_elems::text::text[]) with ordinality as e(token, place),
    unnest(s.most_common_elem_freqs) with ordinality as f(frequency, place)
  where s.schemaname = 'public' and s.tablename = 'search_document' and s.attname = 'tokens' and e.place = f.place
$$;

-- The planner must not walk the newest rows here: for a rare token that would be all of them.
create or replace function search_candidates(p_tokens text[], p_recheck text[], p_limit integer)
  returns table (kind text, record_id uuid, customer_id uuid, title text)
  language sql security definer stable set search_path = public set enable_indexscan = off set enable_seqscan = off as $$
  select d.kind, d.record_id, d.customer_id, d.title
  from search_document d
  where d.org_id = nullif(current_setting('app.org_id', true), '')::uuid
    and d.tokens @> p_tokens
    and not exists (select 1 from unnest(p_recheck) r where position(r in d.haystack) = 0)
  order by d.record_id desc
  limit p_limit
$$;

-- Matches among the newest `p_scan` records of each kind: for tokens so common that a page of results is found there.
create function search_newest(p_kinds text[], p_tokens text[], p_recheck text[], p_scan integer, p_limit integer)
  returns table (kind text, record_id uuid, customer_id uuid, title text)
  language sql security definer stable set search_path = public as $$
  select d.kind, d.record_id, d.customer_id, d.title
  from unnest(p_kinds) wanted(kind) cross join lateral (
    select n.kind, n.record_id, n.customer_id, n.title, n.tokens, n.haystack from search_document n
    where n.org_id = nullif(current_setting('app.org_id', true), '')::uuid and n.kind = wanted.kind
    order by n.record_id desc limit p_scan) d
  where d.tokens @> p_tokens
    and not exists (select 1 from unnest(p_recheck) r where position(r in d.haystack) = 0)
  order by d.record_id desc
  limit p_limit
$$;
