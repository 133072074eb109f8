"""What is measured, and how to run it: `make bench` prints one table.

run        one run: an empty wiki in a temporary folder, each figure as a ratio measured side by side
lists      what pages of lists ask of the database, of 1,000 edits and of 200,000
growth     what costs more in a wiki of more articles, and of an article of more edits, with a plot
pages      histories, comparisons, searches and suggestions, beside a view that does nothing
backups    a backup of 10,000 edits, and restoring it into either database
upgrades   what an earlier release has written, brought up to this one and killed on the way
reads      the real server beside nginx and bare applications
work       what a list asks of the database, counted and not timed
texts      the synthetic articles it works on, the same in every run
"""
