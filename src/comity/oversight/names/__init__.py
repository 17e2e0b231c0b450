"""Which agency of an ORI directory a name in somebody's sharing list means, with the words that say so."""
