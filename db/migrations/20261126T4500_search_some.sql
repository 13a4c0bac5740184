-- Of thousands of matches not all are read to show a page: the newest among the first `p_scan` the index gives.
create function search_some(p_tokens text[], p_recheck text[], p_scan integer, p_limit integer)
  returns table (kind text, record_id uuid, customer_id uuid, title text)
  language sql security definer stable set search_path = public set enable_indexscan = off set enable_seqscan = off as $$
  select d.kind, d.record_id, d.customer_id, d.title
  from (
    select n.kind, n.record_id, n.customer_id, n.title, n.haystack from search_document n
    where n.org_id = nullif(current_setting('app.org_id', true), '')::uuid and n.tokens @> p_tokens
    limit p_scan) d
  where not exists (select 1 from unnest(p_recheck) r where position(r in d.haystack) = 0)
  order by d.record_id desc
  limit p_limit
$$;
