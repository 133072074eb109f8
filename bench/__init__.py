"""What is measured, and how to run it: `make bench` prints one table.

run        one run: an empty wiki in a temporary folder, each figure as a ratio measured side by side
texts      the synthetic articles it works on, the same in every run
"""
