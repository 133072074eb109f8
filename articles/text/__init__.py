"""The text room: pure functions, text in, text out; no Django, no clock.

worker       the child process in which `rendering` runs
rendering    text -> rendered sections with placeholders, contents, lead, plain text, links, categories
sanitizing   which HTML survives: the allow-list, alone in its file
parsing      the one Markdown parser; where syntax plugins are added
cleaning     a text as it is stored
footnotes    footnotes as the parser makes them, and what of them a section depends on
remembering  answers that are asked for again, kept while there is room
guarding     what the parser is never given: refused, with its line
checking     edit checks: what is worth a second look in a change
filtering    whether a change is what a filter looks for; hosts that a text links to
quantities   numbers, units, comparisons, negations: where two texts differ in them
risks        what in a difference may harm a reader, and where it stands in a comparison
wikitext     MediaWiki's marks -> ours
notes        footnotes: where they are defined; none is lost that others use
masking      a text with code and comments out of sight
merging      base, mine, theirs -> merged text, or the clash
arranging    sections moved, put at another level, joined, parted, taken together
stubs        the stub mark: put in, given another topic, taken out
definitions  link definitions and abbreviations: which of them only a part of a text uses
withholding  a text without what is withheld from its readers
identity     which section of the old text is which of the new
sections     outline of a text: split, find, replace; lead, sections, tail
authorship   who wrote each word of a text
showing      two versions as people look at them: moved sections, changed sections, as readers see them
comparing    two texts -> rows to show
choosing     two texts -> the parts in which they differ, some of them let through
titles       what a title may be; look-alikes
"""
