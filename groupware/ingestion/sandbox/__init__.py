"""Running a parser of foreign bytes where it can do no harm: one child process per file."""
