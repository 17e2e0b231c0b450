"""Which records of one owner are one person: proposed, declared, parted by people."""
