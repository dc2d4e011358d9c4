"""One module for each kind of paper; a child loads only the one that it needs.

Each offers `check(path)` (flags, or Refused), `start(session, limit)` (pages), `numbers`,
`page` and `raster`, as parsers.operations calls them.
"""
