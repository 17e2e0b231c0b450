"""The nouns: frozen, validated on construction, unknown fields refused."""
