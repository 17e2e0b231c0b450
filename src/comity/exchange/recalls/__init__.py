"""Recalls: whoever was shown a record hears that it is no longer as it was shown, and says so back."""
