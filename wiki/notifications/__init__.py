"""What people are told of: each thing once, in a list of their own, with a count in the header, and by mail.

urls         where the list is, and where one chooses what is mailed
views        the list; the way to what a line is about; what is mailed; the link that stops it
forms        what may be chosen
templatetags the count
management   send_mail: what is due, sent now; send_digests
receivers    what the encyclopedia and accounts announce, turned into lines
telling      who is told what; what somebody has been told
mailing      letters: written with a line, sent beside, tried again
digest       what waits for a reviewer, once a day
wishes       what somebody wishes to get by mail
models       a line of somebody's list; a letter that waits; what somebody wishes
"""
