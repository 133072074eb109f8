"""The encyclopedia: articles, their sections, their history. It knows nothing of the site around it.

The floor plan; imports go down only:

    urls  admin  management                     where people and commands come in
    views                                       load with permission, check the form, call the domain, answer
    forms  templatetags                         what may come in; how things are shown
    moderation                                  order: what moderators do with pages and versions
    reviewing                                   proposals: submit, accept whole or in parts, ask for changes, decline
    importing                                   articles from files
    upkeep                                      whether all that is kept beside the texts agrees with them
    arranging                                   sections moved, joined, parted: deeds that become edits
    checks                                      what is worth a look in a change before it is saved
    remarks                                     what reviewers and authors say about a proposal
    topics                                      which categories' proposals a reviewer wants to see
    drafts                                      what somebody is still writing, and what was sent and found no place
    asking                                      what tells people without an account from machines
    filters                                     what filters and the list of domains say to a change
    judging                                     what nobody publishes alone: asked by the door of each text
    undoing                                     one edit taken back by a merge, or somebody's run at the top
    editing                                     THE WRITE DOOR: receive, save, revert, bring_in
    basing                                      a change put onto the article as it is now, merged or in conflict
    writing                                     the rows of an edit, in one transaction; called by editing only
    places                                      what a form's `section` names, and what the form opens with
    refusals                                    what keeps a change from being saved, in words
    derived                                     what is kept beside a text: names, search, stamps
    reading | history | search | lists          a page; its past; finding it; lists of pages and people
    citing | feeds | indexing                   a version as papers cite it; what feeds tell; what others may list
    approving                                   whose approval a proposal needs, and who has given theirs
    housekeeping | drugs                        what is forgotten after its time; which names are those of drugs
    repacking                                   old texts packed tightly
    blocks | recent | patrol                    whom a block keeps from what; which changes somebody wants to see; which
                                                edits a reviewer has looked at
    access | notices | renderer | limits | logbook | append_only   who may; what a page must say; the guarded worker
    outlines | stamps                           what an article of each type begins with; which pages have changed
    withholding                                 what a text is for who reads it now
    models                                      what is stored
    outages                                     whether it is the database that failed, for everybody
    signals | text | choices | eyes | unwritable what is announced; text in, text out; what the site chooses; who reads;
                                                whether the database takes changes
    apps                                        the Django app

Six uses name the file on every floor (domain, view, template folder, test):
reading, editing, history, reviewing, search, moderation.
"""
