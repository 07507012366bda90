"""What hostile KPI SQL tries on ClickHouse; as `postgres_escapes`. Here the engine is chdb, ClickHouse inside the process."""

CANARY = "canary-9317"

# Without walls each of these changes a table or a file.
WRITES = {
    "insert": "insert into sales values (0)",
    "insert select": "insert into sales select 0",
    "delete": "delete from sales where 1",
    "alter delete": "alter table sales delete where 1 settings mutations_sync = 2",
    "alter update": "alter table secrets update word = 'x' where 1 settings mutations_sync = 2",
    "truncate": "truncate table sales",
    "drop": "drop table sales",
    "alter": "alter table sales add column b Int32",
    "rename": "rename table sales to mine",
    "create table": "create table mine engine = MergeTree order by a as select 1 as a",
    "create view": "create view mine as select 1 as a",
    "create database": "create database mine",
    "create function": "create function mine as (x) -> x + 1",
    "insert into a file": "insert into function file('{room}/new.csv', 'CSV', 'a Int32') values (1)",
    "into outfile": "select 1 into outfile '{room}/new.csv'",
    "into outfile with a format": "select 1 into outfile '{room}/new.csv' format CSV",
    "into outfile after settings": "select 1 settings readonly = 0 into outfile '{room}/new.csv'",
    "detach": "detach table sales",
}

# Without walls each of these shows CANARY.
READS = {
    "file": "select * from file('{room}/secret.txt', 'LineAsString')",
    "file in a subquery": "select (select any(line) from file('{room}/secret.txt', 'LineAsString')) as line",
    "file in a CTE": "with w as (select * from file('{room}/secret.txt', 'LineAsString')) select * from w",
    "file in a join": "select line from sales s, file('{room}/secret.txt', 'LineAsString') f limit 1",
    "file beside a union": "select 'x' as line union all select line from file('{room}/secret.txt', 'LineAsString')",
    "file with its own settings": "select * from file('{room}/secret.txt', 'LineAsString') settings readonly = 0",
    "file deep with its own settings": "select * from "
    "(select * from file('{room}/secret.txt', 'LineAsString') settings readonly = 0)",
    "file as a function": "select file('{room}/secret.txt')",
    "file as a function in a subquery": "select (select file('{room}/secret.txt')) from sales limit 1",
    "file out of brackets": "select 1 as x) as a, (select file('{room}/secret.txt') as y) as b, (select 2 as z",
    "a folder": "select concat(_path, '-canary-9317') from file('{room}/*', 'One')",
    "view over a file": "select * from view(select * from file('{room}/secret.txt', 'LineAsString'))",
}

MEDDLES = {
    "url": "select * from url('http://127.0.0.1:9/x', CSV, 'a String')",
    "s3": "select * from s3('http://127.0.0.1:9/x', 'CSV', 'a String')",
    "remote": "select * from remote('127.0.0.1:9', system.one)",
    "mysql": "select * from mysql('127.0.0.1:9', 'a', 'b', 'c', 'd')",
    "postgresql": "select * from postgresql('127.0.0.1:9', 'a', 'b', 'c', 'd')",
    "executable": "select * from executable('x.sh', TSV, 'a String')",
    "input": "select * from input('a String')",
    "merge": "select * from merge('system', '.*')",
    "cluster": "select * from cluster('default', system.one)",
    "set": "set readonly = 0",
    "use": "use system",
    "kill": "kill query where 1",
    "system": "system shutdown",
    "two statements": "select 1; select 2",
    "settings": "select 1 settings max_execution_time = 0",
    "format": "select 1 format CSV",
    "show": "show tables",
    "describe": "describe table sales",
    "explain": "explain select 1",
    "grant": "grant all on *.* to default",
    "optimize": "optimize table sales",
    "sleep": "select sleep(3)",
    "sleep each row": "select sleepEachRow(1) from sales",
    "port": "select getServerPort('tcp_port')",
}

DRAINS = {
    "endless numbers": "select count() from numbers(1000000000000) where number % 7 = 3 and sipHash64(number) = 3",
    "endless rows": "select number from numbers(1000000000000)",
    "cross join": "select count() from sales a, sales b, sales c, sales d where a.id + b.id * c.id + d.id = -1",
    "large texts": "select repeat('x', 1000) || toString(number) from numbers(19000)",
    "endless recursion": "with recursive r as (select 1 as n union all select n + 1 from r) select max(n) from r",
}
