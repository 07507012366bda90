"""What hostile KPI SQL tries on PostgreSQL. `{room}` is a folder that the server can read and write; its file
`secret.txt` holds CANARY. In each control a superuser sends the same text past our walls."""

CANARY = "canary-9317"

# As a superuser each of these changes a table, a role, a large object or a file.
WRITES = {
    "insert": "insert into sales values (0)",
    "update": "update sales set id = 0",
    "delete": "delete from sales",
    "truncate": "truncate sales",
    "merge": "merge into sales s using (select 1 as id) u on s.id = u.id when matched then delete",
    "drop": "drop table sales",
    "alter": "alter table sales add column b int",
    "create table": "create table mine as select 1 as a",
    "select into": "select 1 as a into mine",
    "create function": "create function mine() returns int language sql as 'select 1'",
    "create role": "create role mine superuser login",
    "grant": "grant all on sales to public",
    "comment": "comment on table sales is 'mine'",
    "delete in a CTE": "with w as (delete from sales returning id) select count(*) from w",
    "update in a CTE": "with w as (update sales set id = 0 returning id) select count(*) from w",
    "insert in a CTE": "with w as (insert into sales values (0) returning id) select id from w",
    "commit and write": "commit; begin read write; delete from sales; commit",
    "write after a select": "select count(*) from sales; delete from sales",
    "write after brackets": "select 1) as answer; delete from sales; select * from (select 1",
    "write after a comment": "select 1 -- ;\n; delete from sales",
    "rollback and write": "select 1; rollback; delete from sales",
    "do block": "do $$ begin delete from sales; end $$",
    "explain analyze": "explain analyze delete from sales",
    "definer": "select wipe()",
    "definer as owner": "select * from wiped",
    "settings": "select set_config('transaction_read_only', 'off', false); delete from sales",
    "set role": "set role postgres; delete from sales",
    "prepare": "prepare p as delete from sales; execute p",
    "copy to a file": "copy (select 1) to '{room}/new.txt'",
    "copy to a program": "copy (select 1) to program 'cat > {room}/new.txt'",
    "copy from a program": "copy sales from program 'echo 7'",
    "large object": "select lo_from_bytea(0, 'x')",
    "large object created": "select lo_create(0)",
    "large object of a file": "select lo_import('{room}/secret.txt')",
    "next of a sequence": "select nextval('numbers')",
    "set a sequence": "select setval('numbers', 1000)",
    "setting of the database": "alter database postgres set work_mem = '5MB'",
}

# As a superuser each of these shows CANARY.
READS = {
    "read a file": "select pg_read_file('{room}/secret.txt')",
    "read a file in pg_catalog": "select pg_catalog.pg_read_file('{room}/secret.txt')",
    "read a file in a subquery": "select (select pg_read_file('{room}/secret.txt')) from sales limit 1",
    "read a file in a CTE": "with w as (select pg_read_file('{room}/secret.txt') as t) select t from w",
    "read a file's bytes": "select convert_from(pg_read_binary_file('{room}/secret.txt'), 'utf8')",
    "list a folder": "select pg_ls_dir('{room}') || '-canary-9317'",
    "look at a file": "select (pg_stat_file('{room}/secret.txt')).size || '-canary-9317'",
    "a table that isn't ours": "select word from secrets",
    "password hashes": "select string_agg(rolpassword, '') || '-canary-9317' from pg_authid",
}

# The session, the server, others.
MEDDLES = {
    "read a file as XML": "select query_to_xml('select pg_read_file(''{room}/secret.txt'')', true, false, '')",
    "a table that isn't ours as XML": "select table_to_xml('secrets', true, false, '')",
    "write as XML": "select query_to_xml('delete from sales returning id', true, false, '')",
    "large object to a file": "select lo_export(1, '{room}/new.txt')",
    "set": "set default_transaction_read_only = off",
    "set config": "select set_config('statement_timeout', '0', false)",
    "begin": "begin read write",
    "commit": "commit",
    "listen": "listen x",
    "notify": "select pg_notify('x', 'y')",
    "lock": "lock table sales in access exclusive mode",
    "lock rows": "select id from sales for update",
    "advisory lock": "select pg_advisory_lock(1)",
    "load": "load 'auto_explain'",
    "vacuum": "vacuum sales",
    "terminate": "select pg_terminate_backend(pid) from pg_stat_activity",
    "reload": "select pg_reload_conf()",
    "WAL": "select pg_logical_emit_message(false, 'x', 'y')",
    "declare": "declare c cursor for select 1",
    "call": "call nothing()",
    "show": "show all",
}

# More than a query may have.
DRAINS = {
    "sleep": "select pg_sleep(60)",
    "sleep hidden": "select f.* from sales, lateral pg_sleep(id) f",
    "endless series": "select count(*) from generate_series(1, 1000000000000)",
    "endless rows": "select generate_series(1, 1000000000000)",
    "endless recursion": "with recursive r as (select 1 as n union all select n + 1 from r) select max(n) from r",
    "doubling recursion": "with recursive r as (select 1 union all select 1 from r, generate_series(1, 2)) select count(*) from r",
    "cross join": "select count(*) from sales a, sales b, sales c, sales d where a.id + b.id * c.id + d.id = -1",
    "one huge text": "select repeat('x', 400000000)",
    "large texts": "select repeat('x', 100000) || i from generate_series(1, 19000) i",
    "a slow pattern": "select count(*) from generate_series(1, 1000000000) i where repeat(i::text, 9) ~ '(1+)+(2+)+$'",
    "sorted": "select i from generate_series(1, 1000000000) i order by md5(i::text)",
    "lifted deadline": "with s as materialized (select set_config('statement_timeout', '0', false)) select pg_sleep(60) from s",
    "deep brackets": "select " + "(" * 20_000 + "1" + ")" * 20_000,
    "half a character": "select '\ud800'",
}
