"""JSON for programs, under /api/v1: the same queries and actions as the pages, with the same permissions.

`door` is the way in for all of it: who asks, how much, once or again. Each noun has its file: queries and actions in,
values out."""
