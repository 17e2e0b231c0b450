"""A question at its owner: opened, decided, compared, released, entered; held, decided by people, and answered again."""
