"""The commands: a module for each group, and three for those that `app` adds to groups, or to none.

A module declares its commands with their own options, and checks what was typed. What a command does
is in the module of `cli` that it calls. That is imported when the command runs, because help and
completion have to be there at once.

`results` and `submissions` have commands that begin with `jobs`, `batches` or nothing, and `service`
those that are about the service itself.
"""
