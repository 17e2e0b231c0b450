"""Sessions of members: whether the law lets one be, and statements signed for one."""
