-- Work on all customers that was cancelled or failed says so to everybody, not only to who follows its job.
alter table duplicate_sweep add column state text not null default 'running'
  check (state in ('running', 'done', 'failed', 'cancelled'));
update duplicate_sweep set state = 'done' where finished_at is not null;
update duplicate_sweep s set state = coalesce((select j.state from job j where j.org_id = s.org_id and j.id = s.job_id), 'failed'),
    finished_at = now()
  where s.finished_at is null and not exists (
    select 1 from job j where j.org_id = s.org_id and j.id = s.job_id and j.state in ('queued', 'running', 'done'));

alter table class_run drop constraint class_run_state_check;
alter table class_run add constraint class_run_state_check check (state in ('running', 'done', 'failed', 'cancelled'));
update class_run r set state = coalesce((select j.state from job j where j.org_id = r.org_id and j.id = r.id), 'failed'),
    finished_at = now()
  where r.state = 'running' and not exists (
    select 1 from job j where j.org_id = r.org_id and j.id = r.id and j.state in ('queued', 'running', 'done'));
