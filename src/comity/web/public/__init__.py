"""What pages for anybody have in common: what was computed for one reader, kept some minutes for the next."""
