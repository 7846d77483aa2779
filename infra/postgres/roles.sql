-- Makes the login users of a database that "mirrorwatch migrate" has set up, or gives them new passwords. Run it as a user who
-- may make roles, in that database. The passwords come from the environment, because every user of the machine can read the
-- arguments of a process:
--   WORKER_PASSWORD=… WEB_PASSWORD=… TRIAGE_PASSWORD=… READER_PASSWORD=… psql -f infra/postgres/roles.sql
-- On a managed database whose owner may not make roles, run this first, then "mirrorwatch migrate".
\set ON_ERROR_STOP on
\getenv worker_password WORKER_PASSWORD
\getenv web_password WEB_PASSWORD
\getenv triage_password TRIAGE_PASSWORD
\getenv reader_password READER_PASSWORD
begin;

select format('create role %I nologin', name)
from (values ('mirrorwatch_worker'), ('mirrorwatch_triage'), ('mirrorwatch_reader'), ('mirrorwatch_web')) as r (name)
where not exists (select from pg_roles where rolname = name) \gexec

select format('create role %I login', name)
from (values ('mirrorwatch_service'), ('mirrorwatch_page'), ('mirrorwatch_analyst'), ('mirrorwatch_sql')) as r (name)
where not exists (select from pg_roles where rolname = name) \gexec

-- What crawlers and workers connect as: rows, no tables.
alter role mirrorwatch_service password :'worker_password';
-- What the page connects as. Each of its pools takes one of the roles below.
alter role mirrorwatch_page password :'web_password';
-- A person: decisions and allow entries, nothing else.
alter role mirrorwatch_analyst password :'triage_password';
-- Dashboards and SQL.
alter role mirrorwatch_sql password :'reader_password';

select format('grant %I to %I', kind, login)
from (values ('mirrorwatch_worker', 'mirrorwatch_service'), ('mirrorwatch_triage', 'mirrorwatch_analyst'),
             ('mirrorwatch_reader', 'mirrorwatch_sql'), ('mirrorwatch_web', 'mirrorwatch_page'),
             ('mirrorwatch_triage', 'mirrorwatch_page'), ('mirrorwatch_reader', 'mirrorwatch_page')) as r (kind, login)
where not pg_has_role(login, kind, 'member') \gexec

-- Only these roles and the owner, who must run this script, may connect.
select format('revoke connect, temporary on database %I from public', current_database()) \gexec
select format('grant connect on database %I to mirrorwatch_worker, mirrorwatch_triage, mirrorwatch_reader, mirrorwatch_web', current_database()) \gexec
commit;
