"""Proposals: changes that wait until a trusted person lets them through.

waiting      the queue: what waits for reviewers, narrowed and in order
deciding     accepted, whole, in parts or changed; given back, declined, talked about
proposing    a change is sent: published where its author may, else kept as a proposal; withdrawn
proposed     one proposal: what it would change, where it stands, whom it meets
tags         what an edit's tags are called
"""
