"""Rehearses changes of the contract in copies of this repository, to see what the maintainer is told.

    python -m rehearsals            run all, and write docs/spec-changes.md
    python -m rehearsals NAME …     run these, and print what they print

A rehearsal runs the commands of the Makefile with the environment that is there; it installs
nothing. `changes` and `operation` say what is rehearsed, `paths` where the files are that they
edit; `edits`, `yaml_edits`, `python_edits` and `case_edits` find the places by structure.
`rehearsal` runs one, `page` describes what it showed, and `__main__` is the command.
"""
