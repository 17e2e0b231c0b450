"""What nodes say to each other: signed, fresh, addressed; the way between them, and the directory that lists them."""
