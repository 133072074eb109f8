"""The text room: pure functions, text in, text out; no Django, no clock.

worker       the child process in which `rendering` runs
rendering    text -> rendered sections with placeholders, contents, lead, plain text, links, categories
sanitizing   which HTML survives: the allow-list, alone in its file
parsing      the one Markdown parser; where syntax plugins are added
guarding     what the parser is never given: refused, with its line
checking     edit checks: what is worth a second look in a change
quantities   numbers, units, comparisons, negations: where two texts differ in them
wikitext     MediaWiki's marks -> ours
notes        footnotes: where they are defined; none is lost that others use
masking      a text with code and comments out of sight
merging      base, mine, theirs -> merged text, or the clash
arranging    sections moved, put at another level, joined, parted, taken together
identity     which section of the old text is which of the new
sections     outline of a text: split, find, replace; lead, sections, tail
authorship   who wrote each word of a text
comparing    two texts -> rows to show
titles       what a title may be; look-alikes
"""
