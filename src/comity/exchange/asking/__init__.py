"""A question at its asker: sent to several owners, kept, late answers and new ones in the place of old."""
