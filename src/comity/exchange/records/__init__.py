"""Records of an owner: taken in, corrected, sealed, held and purged, each by one entry."""
