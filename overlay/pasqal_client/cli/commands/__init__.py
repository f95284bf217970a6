"""The commands: a module for each group, one for a command of a group, and three for those in none.

A module declares its commands with their own options, and checks what was typed. What a command does
is in the module of `cli` that it calls. That is imported when the command runs, because help and
completion have to be there at once. For the same reason `app` knows how the help of each command and
group in the program begins, and imports its module when it is needed.

`results` has `jobs results`. `submissions` has what submits: `run`, and two commands that `batches`
takes into its group. `service` and `conformance` have commands in no group.
"""
