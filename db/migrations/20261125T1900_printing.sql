-- Printable cards and vCards are formats of the one export: same purpose, limit, approval and log.
alter table export_run drop constraint export_run_format_check;
alter table export_run add constraint export_run_format_check check (format in ('xlsx', 'csv', 'pdf', 'vcf'));
