"""Reports: what a law or the public is owed, counted from entries that are verified one by one."""
