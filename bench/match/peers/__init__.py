"""Peers of the matcher: other ways to find a person, each configured as well as its documentation allows.

One module a peer; each states its settings, where they come from, what it gives and how far it reaches. All take
the same cleaned columns (`plain.py`). Their packages are the bench's, not the product's: a peer that is not
installed is left out of a run, and the run says so.
"""
