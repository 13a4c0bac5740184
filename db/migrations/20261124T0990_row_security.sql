-- Stands behind the application's own checks: without `app.org_id` nothing is visible, with it only that company.
do $$
declare t text;
begin
  for t in select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
           where n.nspname = 'public' and c.relkind = 'r'
             and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'org_id')
  loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy org on %I using (org_id = nullif(current_setting(''app.org_id'', true), '''')::uuid)
      with check (org_id = nullif(current_setting(''app.org_id'', true), '''')::uuid)', t);
  end loop;
end $$;

-- Under row security only leakproof operators may use an index, and `@>` is none: the search runs as the owner and checks
-- the company itself. Looks through the newest first, then falls back to the GIN index.
create function search_candidates(p_tokens text[], p_recheck text[], p_limit integer)
  returns table (kind text, record_id uuid, customer_id uuid, title text)
  language sql security definer stable set search_path = public as $$
  select d.kind, d.record_id, d.customer_id, d.title
  from search_document d
  where d.org_id = nullif(current_setting('app.org_id', true), '')::uuid
    and d.tokens @> p_tokens
    and not exists (select 1 from unnest(p_recheck) r where position(r in d.haystack) = 0)
  order by d.record_id desc
  limit p_limit
$$;

-- The company's first row cannot be written under its own policy before it is known; set-up sets app.org_id first.
