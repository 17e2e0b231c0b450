"""Ways to sign in. Each ends with a member's id that somebody else vouches for, or with nothing."""
