"""The encyclopedia: articles, their sections, their history. It knows nothing of the site around it.

The floor plan; imports go down only:

    urls  admin  management                     where people and commands come in
    views                                       load with permission, check the form, call the domain, answer
    forms  templatetags                         what may come in; how things are shown
    moderation                                  order: delete; take the sample articles away
    reviewing                                   proposals: submit, accept, decline, withdraw
    importing                                   articles from files
    arranging                                   sections moved, joined, parted: deeds that become edits
    checks                                      what is worth a look in a change before it is saved
    drafts                                      what somebody is still writing, and what was sent and found no place
    editing                                     THE WRITE DOOR: save, revert, bring_in
    writing                                     the rows of an edit, in one transaction; called by editing only
    reading | history | search | lists          a page; its past; finding it; lists of pages and people
    citing | feeds | indexing                   a version as papers cite it; what feeds tell; what others may list
    housekeeping                                what is forgotten after its time
    access | notices | renderer | limits | logbook | append_only   who may; what a page must say; the guarded worker
    outlines                                    what an article of each type begins with
    models                                      what is stored
    signals | text | choices                    what is announced; text in, text out; what the site chooses
    apps                                        the Django app

Six uses name the file on every floor (domain, view, template folder, test):
reading, editing, history, reviewing, search, moderation.
"""
