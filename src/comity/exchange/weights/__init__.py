"""An owner's own weights of evidence: learned, and what they would change."""
