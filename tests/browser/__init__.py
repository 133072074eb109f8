"""A real Chromium against the real server: what people see, can reach, and can't be done to them.

conftest.py   the browser, the server, a page for a person of each role that notes whatever goes wrong in it
stage.py      the encyclopedia that is driven; run as a program of its own
attacks.py    hostile texts
pages.py      one page of every kind, how to get there, and what is looked at in it
"""
