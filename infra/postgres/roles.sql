-- Login users for a database that "mirrorwatch migrate" has set up. As a user who may make roles, in that database:
--   psql "$OWNER_URL" -v worker_password=… -v triage_password=… -v reader_password=… -f infra/postgres/roles.sql
-- On a managed database whose owner may not make roles, run this first, then "mirrorwatch migrate".
\set ON_ERROR_STOP on

select format('create role %I nologin', name)
from (values ('mirrorwatch_worker'), ('mirrorwatch_triage'), ('mirrorwatch_reader')) as r (name)
where not exists (select from pg_roles where rolname = name) \gexec

-- What crawlers and workers connect as: rows, no tables.
create role mirrorwatch_service login password :'worker_password' in role mirrorwatch_worker;
-- A person, or the page: decisions and allow entries, nothing else.
create role mirrorwatch_analyst login password :'triage_password' in role mirrorwatch_triage;
-- Dashboards and SQL.
create role mirrorwatch_sql login password :'reader_password' in role mirrorwatch_reader;

-- Nobody but these and the owner. (The first statement needs the owner.)
select format('revoke connect, temporary on database %I from public', current_database()) \gexec
select format('grant connect on database %I to mirrorwatch_worker, mirrorwatch_triage, mirrorwatch_reader', current_database()) \gexec
