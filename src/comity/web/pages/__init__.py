"""One module a page: what it asks of the node and what its template is given."""
