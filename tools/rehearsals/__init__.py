"""Rehearses changes of the contract in copies of this repository, to see what the maintainer is told.

    python -m rehearsals            run all, and write docs/spec-changes.md
    python -m rehearsals NAME …     run these, and print what they print

A rehearsal runs the commands of the Makefile with the environment that is there; it installs
nothing.
"""
