-- One row per findable record. Tokens are made by the app; the haystack confirms what the tokens only suggest.
create table search_document (
  org_id uuid not null,
  kind text not null,
  record_id uuid not null,
  customer_id uuid not null,
  title text not null,
  haystack text not null,
  tokens text[] not null,
  primary key (org_id, kind, record_id)
);
create index search_document_tokens on search_document using gin (tokens);
create index search_document_newest on search_document (org_id, record_id);
create index search_document_customer on search_document (org_id, customer_id);
