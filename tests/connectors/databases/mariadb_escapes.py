"""What hostile KPI SQL tries on MariaDB and MySQL; as `postgres_escapes`, with root in the controls."""

CANARY = "canary-9317"

# As root each of these changes a table, a user or a file.
WRITES = {
    "insert": "insert into sales values (0)",
    "replace": "replace into sales values (0)",
    "update": "update sales set id = -id",
    "delete": "delete from sales",
    "truncate": "truncate sales",
    "drop": "drop table sales",
    "alter": "alter table sales add column b int",
    "create table": "create table mine as select 1 as a",
    "create view": "create view mine as select 1 as a",
    "create function": "create function mine() returns int deterministic return 1",
    "create user": "create user mine",
    "grant": "grant all on *.* to reader@'%'",
    "rename": "rename table sales to mine",
    "two statements": "select 1; delete from sales",
    "commit and write": "commit; start transaction read write; delete from sales; commit",
    "write after a comment": "select 1 -- ;\n; delete from sales",
    "compound": "begin not atomic delete from sales; end",
    "execute immediate": "execute immediate 'delete from sales'",
    "prepare": "prepare p from 'delete from sales'; execute p",
    "analyze": "analyze delete from sales",
    "explain analyze of a statement": "set statement max_statement_time=0 for delete from sales",
    "executable comment": "/*! delete from sales */",
    "executable comment of MariaDB": "/*M! delete from sales */",
    "delete returning": "delete from sales returning id",
    "insert of a select": "insert into sales select 0",
    "into outfile": "select 1 into outfile '{room}/new.txt'",
    "into outfile before from": "select id into outfile '{room}/new.txt' from sales",
    "into outfile in brackets": "(select 1) union (select 2) into outfile '{room}/new.txt'",
    "into dumpfile": "select 'x' into dumpfile '{room}/new.txt'",
    "load data": "load data infile '{room}/numbers.txt' into table sales",
    "load data local": "load data local infile '{room}/numbers.txt' into table sales",
    "call": "call wipe()",
    "function that writes": "select wiped()",
    "next of a sequence": "select next value for numbers",
    "set a sequence": "select setval(numbers, 1000)",
    "do": "do wiped()",
}

# As root each of these shows CANARY.
READS = {
    "load_file": "select load_file('{room}/secret.txt')",
    "load_file in a subquery": "select (select load_file('{room}/secret.txt')) from sales limit 1",
    "load_file in a CTE": "with w as (select load_file('{room}/secret.txt') as t) select t from w",
    "load_file in capitals": "select LOAD_FILE(concat('{room}', '/secret.txt'))",
    "a table that isn't ours": "select word from secrets",
    "handler of a table that isn't ours": "handler secrets open; handler secrets read first",
    "passwords": "select concat(user, authentication_string, '-canary-9317') from mysql.user",
    "password hashes": "select concat(priv, '-canary-9317') from mysql.global_priv limit 1",
}

MEDDLES = {
    "set": "set session max_statement_time = 0",
    "set global": "set global read_only = 1",
    "set in a statement": "set statement max_statement_time = 0 for select sleep(60)",
    "handler": "handler sales open",
    "lock": "lock tables sales write",
    "lock rows": "select id from sales for update",
    "share rows": "select id from sales lock in share mode",
    "get_lock": "select get_lock('x', 1)",
    "kill": "kill 1",
    "shutdown": "shutdown",
    "flush": "flush tables",
    "use": "use mysql",
    "install": "install soname 'ha_federatedx'",
    "show": "show processlist",
    "begin": "begin",
    "reset": "reset query cache",
    "temporary table": "create temporary table mine as select 1 as a",
    "federated": "create table f (id int) engine=federated connection='mysql://127.0.0.1:9/a/b'",
}

DRAINS = {
    "sleep": "select sleep(60)",
    "sleep in a where": "select id from sales where sleep(1)",
    "sleep in brackets": "select (((sleep(60))))",
    "benchmark": "select benchmark(100000000000, sha2('x', 512))",
    "waits for a lock": "select get_lock('taken', 60)",
    "endless recursion": "with recursive r as (select 1 as n union all select n + 1 from r) "
    "select max(r.n + b.n + c.n + d.n) from r, r b, r c, r d",
    "growing recursion": "with recursive r as (select cast('x' as char(60000)) as s union all select concat(s, 'x') from r) "
    "select count(*) from r a, r b, r c",
    "cross join": "select count(*) from sales a, sales b, sales c, sales d where a.id + b.id * c.id + d.id = -1",
    "a million rows": "select a.id from sales a, sales b, sales c",
    "large texts": "select repeat('x', 100000) from sales a, sales b",
    "sorted": "select a.id from sales a, sales b, sales c, sales d order by md5(concat(a.id, b.id, c.id, d.id)) limit 1",
    "a slow pattern": "select count(*) from sales a, sales b, sales c, sales d where repeat(a.id, 9) rlike '(1+)+(2+)+$'",
    "deep brackets": "select " + "(" * 20_000 + "1" + ")" * 20_000,
    "half a character": "select '\ud800'",
}
