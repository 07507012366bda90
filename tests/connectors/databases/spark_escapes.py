"""What hostile KPI SQL tries on Spark; as `postgres_escapes`. In the controls it goes to a plain session of the same Spark."""

CANARY = "canary-9317"

SCRIPT = "transform(id) using 'tee {room}/new.txt' as (x string) from sales"
CALLED = "reflect('java.lang.System', 'getProperty', 'user.dir')"

# In a plain session each of these writes a file or changes the catalogue.
WRITES = {
    "script": "select {script}",
    "script in a subquery": "select count(*) from (select {script})",
    "script in a scalar": "select (select count(x) from (select {script}))",
    "script in a CTE": "with w as (select {script}) select count(*) from w",
    "map script": "from sales map id using 'tee {room}/new.txt' as x",
    "overwrite a folder": "insert overwrite directory '{room}/out' using csv select 1",
    "create table": "create table mine using parquet location '{room}/out' as select 1 as a",
    "create view": "create temporary view mine as select 1 as a",
    "drop view": "drop view sales",
    "create function": "create temporary function mine() returns int return 1",
    "create database": "create database mine location '{room}/mine.db'",
    "set": "set spark.sql.shuffle.partitions = 3",
    "cache": "cache table mine as select 1 as a",
    "declare": "declare variable mine int default 1",
}

# In a plain session each of these shows CANARY.
READS = {
    "text": "select * from text.`{room}/secret.txt`",
    "csv": "select * from csv.`{room}/secret.txt`",
    "binary file": "select cast(content as string) from binaryFile.`{room}/secret.txt`",
    "text in a subquery": "select (select max(value) from text.`{room}/secret.txt`)",
    "text in a CTE": "with w as (select * from text.`{room}/secret.txt`) select * from w",
    "text by identifier": "select * from identifier('text.`{room}/secret.txt`')",
    "text beside a join": "select value from sales join text.`{room}/secret.txt` limit 1",
    "text of a folder": "select * from text.`{room}/*.txt`",
    "json": "select * from json.`{room}/secret.json`",
    "script": "select transform(id) using 'cat {room}/secret.txt' as (x string) from (select id from sales limit 1)",
    "reflect": "select reflect('java.nio.file.Files', 'readString', 'x'), 'canary-9317'",
    "reflect the environment": "select concat(reflect('java.lang.System', 'getProperty', 'user.dir'), '-canary-9317')",
    "java_method": "select concat(java_method('java.lang.System', 'getProperty', 'user.dir'), '-canary-9317')",
    "try_reflect": "select concat(try_reflect('java.lang.System', 'getProperty', 'user.dir'), '-canary-9317')",
    "reflect by its whole name": "select concat(system.builtin.{called}, '-canary-9317')",
    "file names": "select concat(input_file_name(), '-canary-9317') from sales limit 1",
}

MEDDLES = {
    "add jar": "add jar '{room}/x.jar'",
    "add file": "add file '{room}/secret.txt'",
    "list files": "list files",
    "reset": "reset",
    "use": "use default",
    "insert": "insert into sales values (1)",
    "delete": "delete from sales",
    "truncate": "truncate table sales",
    "load data": "load data local inpath '{room}/secret.txt' into table sales",
    "two statements": "select 1; select 2",
    "out of brackets": "select 1); drop view sales; select (1",
    "insert from": "from sales insert into sales select *",
    "insert after WITH": "with w as (select 1 as a) insert into sales select * from w",
    "script block": "begin drop view sales; end",
    "execute immediate": "execute immediate 'drop view sales'",
    "refresh": "refresh '{room}'",
    "show": "show tables",
    "describe": "describe sales",
    "explain": "explain select 1",
    "analyze": "analyze table sales compute statistics",
    "entity": "select xpath_string('<!DOCTYPE r [<!ENTITY x SYSTEM \"file://{room}/secret.txt\">]><r>&x;</r>', nope)",
}

DRAINS = {
    "endless range": "select max(id % 7) from range(10000000000000)",
    "cross join": "select count(*) from sales a, sales b, sales c, sales d where a.id + b.id * c.id + d.id = -1",
    "endless rows": "select id from range(10000000000000)",
}
